"""What is sent of postcodes: ONSPD, NSPL, plain lists and data packages."""
