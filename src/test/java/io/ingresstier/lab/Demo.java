package io.ingresstier.lab;
public final class Demo { static final Load LOAD = new Load(200, 8, 24); private Demo() {} }
