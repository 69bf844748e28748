package io.ingresstier.lanes;

import io.ingresstier.lab.Lab;
import org.junit.platform.suite.api.ConfigurationParameter;
import org.junit.platform.suite.api.SelectClasses;
import org.junit.platform.suite.api.Suite;

/** What a lab without nodes goes through, the longest first. */
@Suite
@ConfigurationParameter(key = Lab.LANE, value = "5")
@SelectClasses(
        names = {
            "io.ingresstier.operator.PodRolloutIT",
            "io.ingresstier.operator.DrainGuardIT",
            "io.ingresstier.operator.LimitsIT",
            "io.ingresstier.operator.OddIncumbentsIT",
            "io.ingresstier.generate.DefinitionIT",
            "io.ingresstier.operator.OddServicesIT",
            "io.ingresstier.lab.CloudIT",
            "io.ingresstier.history.HistoryIT",
            "io.ingresstier.lab.FakeKubeletIT"
        })
class ApiLane4 {}
