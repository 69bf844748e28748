package io.ingresstier.lanes;

import io.ingresstier.lab.Lab;
import org.junit.platform.suite.api.ConfigurationParameter;
import org.junit.platform.suite.api.SelectClasses;
import org.junit.platform.suite.api.Suite;

/** What a lab without nodes goes through, the longest first. */
@Suite
@ConfigurationParameter(key = Lab.LANE, value = "3")
@SelectClasses(
        names = {
            "io.ingresstier.operator.RestoreIT",
            "io.ingresstier.operator.RollbackRequestIT",
            "io.ingresstier.operator.BootstrapIT",
            "io.ingresstier.operator.SeveralTiersIT"
        })
class ApiLane2 {}
