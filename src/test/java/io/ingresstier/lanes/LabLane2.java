package io.ingresstier.lanes;

import io.ingresstier.lab.Lab;
import org.junit.platform.suite.api.ConfigurationParameter;
import org.junit.platform.suite.api.SelectClasses;
import org.junit.platform.suite.api.Suite;

/** What a lab with nodes goes through, the longest first. */
@Suite
@ConfigurationParameter(key = Lab.LANE, value = "1")
@SelectClasses(
        names = {
            "io.ingresstier.lab.LifeIT",
            "io.ingresstier.lab.ZeroLossIT",
            "io.ingresstier.operator.QuietIT",
            "io.ingresstier.lab.SteadyTrafficIT"
        })
class LabLane2 {}
