module ingresstier.io/lab/controller

go 1.26.0
