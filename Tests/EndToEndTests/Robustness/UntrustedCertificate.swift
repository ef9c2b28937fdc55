/// A certificate that nobody signed, and its key, which is public on purpose.
enum UntrustedCertificate {
    static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBsTCCAVegAwIBAgIUNyIp+OMld5O9LkW5AfRjJ44XzegwCgYIKoZIzj0EAwIw
        HzEdMBsGA1UEAwwUdXNoZXItdGVzdC11bnRydXN0ZWQwIBcNMjYxMTI0MjIwOTE5
        WhgPMjEyNjEwMzEyMjA5MTlaMB8xHTAbBgNVBAMMFHVzaGVyLXRlc3QtdW50cnVz
        dGVkMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEs0hsdjtVaL6+yLHpZIcMB55K
        BG4LKJYOFqfAUNbjp2mgZOIYCq3TmeUEGGI4T/ZcmUHZPYmlEsJEzchnNlkGv6Nv
        MG0wHQYDVR0OBBYEFLIeJ8qCEf45UvXOlWnQdrkvYwJ2MB8GA1UdIwQYMBaAFLIe
        J8qCEf45UvXOlWnQdrkvYwJ2MA8GA1UdEwEB/wQFMAMBAf8wGgYDVR0RBBMwEYIJ
        bG9jYWxob3N0hwR/AAABMAoGCCqGSM49BAMCA0gAMEUCICkd0LDiMohUh2XuwP5/
        0lPememF7B3lD/IJfFhmSEzNAiEA5S7RW2V9iGutMZ289Ic1eDTfqRgVsKquTEjc
        1/6nqgM=
        -----END CERTIFICATE-----
        """
    static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg5RlwF8AMgPv3+7Rk
        XK/7PCG+LTYpLpQtLan2sbWk1l2hRANCAASzSGx2O1Vovr7IselkhwwHnkoEbgso
        lg4Wp8BQ1uOnaaBk4hgKrdOZ5QQYYjhP9lyZQdk9iaUSwkTNyGc2WQa/
        -----END PRIVATE KEY-----
        """
}
