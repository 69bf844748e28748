package io.ingresstier.lanes;

import io.ingresstier.lab.Lab;
import org.junit.platform.suite.api.ConfigurationParameter;
import org.junit.platform.suite.api.SelectClasses;
import org.junit.platform.suite.api.Suite;

/** What a lab without nodes goes through, the longest first. */
@Suite
@ConfigurationParameter(key = Lab.LANE, value = "4")
@SelectClasses(
        names = {
            "io.ingresstier.operator.MembersIT",
            "io.ingresstier.operator.LetGoIT",
            "io.ingresstier.operator.ContestIT",
            "io.ingresstier.operator.ServingTierIT",
            "io.ingresstier.operator.TakeoverIT",
            "io.ingresstier.operator.RefusalsIT"
        })
class ApiLane3 {}
