package io.ingresstier.lanes;

import io.ingresstier.lab.Lab;
import org.junit.platform.suite.api.ConfigurationParameter;
import org.junit.platform.suite.api.SelectClasses;
import org.junit.platform.suite.api.Suite;

/** What a lab without nodes goes through, the longest first. */
@Suite
@ConfigurationParameter(key = Lab.LANE, value = "2")
@SelectClasses(
        names = {
            "io.ingresstier.operator.CrashIT",
            "io.ingresstier.operator.PlanModeIT",
            "io.ingresstier.operator.LeaderIT"
        })
class ApiLane1 {}
