// Made by scripts/test-certificates. The keys are public on purpose: nothing trusts their authority but these tests.

/// Certificates and keys (PEM) of the TLS tests, good for a hundred years but for the one that is meant to be expired.
enum TestCertificates {
    static let caCertificate = """
        -----BEGIN CERTIFICATE-----
        MIIBhTCCASqgAwIBAgIUO6dVkcz7wWkG9wI55CaXUdnC7iwwCgYIKoZIzj0EAwIw
        HzEdMBsGA1UEAwwUdXNoZXItdGVzdC1hdXRob3JpdHkwIBcNMjAwMTAxMDAwMDAw
        WhgPMjEyMDAxMDEwMDAwMDBaMB8xHTAbBgNVBAMMFHVzaGVyLXRlc3QtYXV0aG9y
        aXR5MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE1PM5bQDlMaWgb680LHYingGh
        pRxgZZkI7VZ4y2tsmxtl4d+P3anATg2kF/hAEg82ae2rplqqTT61me9vIk1kN6NC
        MEAwDwYDVR0TAQH/BAUwAwEB/zAOBgNVHQ8BAf8EBAMCAgQwHQYDVR0OBBYEFBjh
        vQjoTn8l1/81CimbpD441bmoMAoGCCqGSM49BAMCA0kAMEYCIQDnEo39Qrgu+16F
        HwVpmT9NxfH1Sg0//ZP7wQbbGX/yYwIhAMeuISQVwmrBnwghZUzg7fwbX7T9FUvT
        qO9dmSD3i1Pe
        -----END CERTIFICATE-----
        """
    static let goodCertificate = """
        -----BEGIN CERTIFICATE-----
        MIIBvjCCAWWgAwIBAgIUTBVB/4r+qvBGS5bNs4psd+P1i78wCgYIKoZIzj0EAwIw
        HzEdMBsGA1UEAwwUdXNoZXItdGVzdC1hdXRob3JpdHkwIBcNMjAwMTAxMDAwMDAw
        WhgPMjEyMDAxMDEwMDAwMDBaMBoxGDAWBgNVBAMMD3VzaGVyLXRlc3QtZ29vZDBZ
        MBMGByqGSM49AgEGCCqGSM49AwEHA0IABEtJuNqwtwrQf7ljnLwkYQYxHSO+p4mn
        zHvpXwmGY9FeHXCyHwBi2+0zI8G/A7IrbWLfP9MxnsM7lNcNjySkD1ijgYEwfzAa
        BgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwDAYDVR0TAQH/BAIwADATBgNVHSUE
        DDAKBggrBgEFBQcDATAdBgNVHQ4EFgQU//H7JwHPKXxz5B4uMHwcxiyx+zowHwYD
        VR0jBBgwFoAUGOG9COhOfyXX/zUKKZukPjjVuagwCgYIKoZIzj0EAwIDRwAwRAIg
        OHPZlNqxqMKGfAsTqlnxfzY729o8Tgy9o3bk7xf4DdcCIHf4fCzan0dkJEMRHqf+
        vqQsdu9XorTTd3PytKpt6EMJ
        -----END CERTIFICATE-----
        """
    static let goodKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgmOarp7zdlH8fX4bF
        N4a2blc0LW1Omf8MXJw+E0wXLbGhRANCAARLSbjasLcK0H+5Y5y8JGEGMR0jvqeJ
        p8x76V8JhmPRXh1wsh8AYtvtMyPBvwOyK21i3z/TMZ7DO5TXDY8kpA9Y
        -----END PRIVATE KEY-----
        """
    static let otherNameCertificate = """
        -----BEGIN CERTIFICATE-----
        MIIByDCCAW+gAwIBAgIUHDPrKfWQUVnGsICh67UgP+vYo5IwCgYIKoZIzj0EAwIw
        HzEdMBsGA1UEAwwUdXNoZXItdGVzdC1hdXRob3JpdHkwIBcNMjAwMTAxMDAwMDAw
        WhgPMjEyMDAxMDEwMDAwMDBaMB8xHTAbBgNVBAMMFHVzaGVyLXRlc3Qtb3RoZXJO
        YW1lMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE7P4ifIAfVHFuqTB/nbO/k9fx
        CKTXNfVnpjXJwkmfeRzieH4eQYRQYN2E3jW2ABiqTljcTae8zBTkVqeRMCeP66OB
        hjCBgzAeBgNVHREEFzAVgg1vdGhlci5leGFtcGxlhwR/AAACMAwGA1UdEwEB/wQC
        MAAwEwYDVR0lBAwwCgYIKwYBBQUHAwEwHQYDVR0OBBYEFIzvjr8iX9yJ70W8uuG8
        PwyQ/S0SMB8GA1UdIwQYMBaAFBjhvQjoTn8l1/81CimbpD441bmoMAoGCCqGSM49
        BAMCA0cAMEQCIDxCGAJwP8oxgz0GxKcIFnt7pgLWVnPTCYBNphJ+md8/AiA21QOp
        vn2+K/IfFJYy0GqL2J2iHVUKQKwcbmeYmu/qAQ==
        -----END CERTIFICATE-----
        """
    static let otherNameKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgYu/Mx1693DhSFB36
        9fSZ8pSyzb+fh/OlfXqyxHwjLgahRANCAATs/iJ8gB9UcW6pMH+ds7+T1/EIpNc1
        9WemNcnCSZ95HOJ4fh5BhFBg3YTeNbYAGKpOWNxNp7zMFORWp5EwJ4/r
        -----END PRIVATE KEY-----
        """
    static let expiredCertificate = """
        -----BEGIN CERTIFICATE-----
        MIIBvzCCAWagAwIBAgIUOdtIHMoYMUiwBQ5VbJTZf6vw+TwwCgYIKoZIzj0EAwIw
        HzEdMBsGA1UEAwwUdXNoZXItdGVzdC1hdXRob3JpdHkwHhcNMjAwMTAxMDAwMDAw
        WhcNMjAwMjAxMDAwMDAwWjAdMRswGQYDVQQDDBJ1c2hlci10ZXN0LWV4cGlyZWQw
        WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQg8NgqdQbeQ3FawT4xcC9jXl/KjD3q
        e3lyIg08UEi2Q/BInQ7izHmpKGfrvs5EvvphNxj+nIDAoPMqv7jTqjYKo4GBMH8w
        GgYDVR0RBBMwEYIJbG9jYWxob3N0hwR/AAABMAwGA1UdEwEB/wQCMAAwEwYDVR0l
        BAwwCgYIKwYBBQUHAwEwHQYDVR0OBBYEFAY+F5XcE4jt+sqRnp7dNcXosENhMB8G
        A1UdIwQYMBaAFBjhvQjoTn8l1/81CimbpD441bmoMAoGCCqGSM49BAMCA0cAMEQC
        IEpziwAaei+xQHYc26C4d0So4/nzj1akmP+T4EBw+cx3AiA9xyf96uWyI1XkZyjm
        KfRmlediTlqXCHiFhH7tDFu2Rg==
        -----END CERTIFICATE-----
        """
    static let expiredKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgKwF0nyyhds6Hdj4k
        Pf3yyHCG32L21D1rQ+IUzQx9kGihRANCAAQg8NgqdQbeQ3FawT4xcC9jXl/KjD3q
        e3lyIg08UEi2Q/BInQ7izHmpKGfrvs5EvvphNxj+nIDAoPMqv7jTqjYK
        -----END PRIVATE KEY-----
        """
    static let selfSignedCertificate = """
        -----BEGIN CERTIFICATE-----
        MIIBaDCCAQ+gAwIBAgIUSZNjee8xpg62Jrjhf88Y171CzuswCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAx
        MDAwMDAwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAASz8a++ks1LXTcfGx6Cl4c/Ce18Q9aqt+K4k8h+tnkIlH+B4unUwdyk
        Zv5w8EEBBZffvT4iCkS6O7jg6EhAKySooz0wOzAaBgNVHREEEzARgglsb2NhbGhv
        c3SHBH8AAAEwHQYDVR0OBBYEFHiHd0zz551goLMFXEXO8Sey03SqMAoGCCqGSM49
        BAMCA0cAMEQCIEHcm+WQzgbJmZUU6GaB2/bMc2q+27FVc8RQ2TVFIun5AiAs8uhM
        g3HuX7FLKX1jR7A3A7V7Y0bKvGB7ufewq0voJA==
        -----END CERTIFICATE-----
        """
    static let selfSignedKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQge4cqkQiE/QwtN+iY
        MTPYMfKyHO0WMcaZTw+V81uudyGhRANCAASz8a++ks1LXTcfGx6Cl4c/Ce18Q9aq
        t+K4k8h+tnkIlH+B4unUwdykZv5w8EEBBZffvT4iCkS6O7jg6EhAKySo
        -----END PRIVATE KEY-----
        """
}
