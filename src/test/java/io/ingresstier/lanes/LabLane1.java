package io.ingresstier.lanes;

import io.ingresstier.lab.Lab;
import org.junit.platform.suite.api.ConfigurationParameter;
import org.junit.platform.suite.api.SelectClasses;
import org.junit.platform.suite.api.Suite;

/** What a lab with nodes goes through, the longest first. */
@Suite
@ConfigurationParameter(key = Lab.LANE, value = "0")
@SelectClasses(names = {"io.ingresstier.lab.RollbackIT", "io.ingresstier.lab.DeathIT"})
class LabLane1 {}
