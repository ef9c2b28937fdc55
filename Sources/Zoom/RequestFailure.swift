import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Why a request got no answer.
package struct RequestFailure: Error, Sendable, Hashable {
    /// The kinds of failure that are distinguished.
    package enum Cause: String, Sendable, Hashable, CaseIterable {
        /// No connection could be made, so nothing was applied.
        case unreachable
        /// The connection broke after the request may have left.
        case cut
        /// The time for an answer ran out.
        case timeout
        /// TLS could not be agreed on, or the certificate was wrong; nothing was sent.
        case tls
        /// No token could be fetched, so the request was not sent; `detail` says why. The server may recover.
        case tokenUnavailable
        /// Zoom refused the credentials themselves, so the request was not sent.
        case credentialsRefused
    }

    /// What kind of failure it was.
    package let cause: Cause
    /// One sentence for the log: no secrets, no email addresses.
    package let detail: String

    /// Whether it is certain that the request never left.
    package var neverSent: Bool {
        switch cause {
        case .unreachable, .tls, .tokenUnavailable, .credentialsRefused: true
        case .cut, .timeout: false
        }
    }

    /// Whether the whole time limit was used up, so that asking again at once would take as long.
    let ranOutOfTime: Bool

    /// Makes the record of a failure.
    package init(cause: Cause, detail: String, ranOutOfTime: Bool = false) {
        self.cause = cause
        self.detail = detail
        self.ranOutOfTime = ranOutOfTime || cause == .timeout
    }
}

extension RequestFailure {
    /// What an error of the HTTP client means.
    ///
    /// Only errors that occur before a connection is made count as never sent; all others may have reached Zoom. The
    /// details are written here, because those of the libraries may repeat what was sent.
    init(_ error: any Error, host: String) {
        switch error {
        case let error as RequestFailure:
            self = error
        case is NIOConnectionError, is NIOCore.SocketAddressError:
            self.init(cause: .unreachable, detail: "No connection could be made to \(host).")
        case let error as IOError where Self.comesBeforeConnection(error):
            self.init(cause: .unreachable, detail: "No connection could be made to \(host).")
        case let error as HTTPClientError:
            self.init(error, host: host)
        case ChannelError.connectTimeout, ChannelError.connectPending:
            self.init(
                cause: .unreachable,
                detail: "\(host) did not take the connection in time.",
                ranOutOfTime: true
            )
        case let error as NIOSSLError:
            switch error {
            case .handshakeFailed, .unableToValidateCertificate, .noCertificateToValidate, .cannotMatchULabel,
                .noSuchFilesystemObject, .failedToLoadCertificate:
                self.init(cause: .tls, detail: "\(host) could not be trusted: \(Self.reason(error)).")
            default:
                self.init(cause: .cut, detail: "The secure connection to \(host) broke.")
            }
        case let error as NIOSSLExtraError:
            self.init(cause: .tls, detail: "\(host) could not be trusted: \(error.description).")
        case is HeadBound.Exceeded:
            self.init(cause: .cut, detail: "The headers of the answer from \(host) never ended.")
        case is HTTPParserError:
            self.init(cause: .cut, detail: "The answer from \(host) was not HTTP.")
        default:
            self.init(cause: .cut, detail: "The connection to \(host) broke before the answer was whole.")
        }
    }

    /// Connecting to an address, unlike a name, surfaces the system's own error. These errors can't come from an
    /// established connection.
    private static func comesBeforeConnection(_ error: IOError) -> Bool {
        [ECONNREFUSED, ENETUNREACH, EADDRNOTAVAIL, EAFNOSUPPORT].contains(error.errnoCode)
    }

    private init(_ error: HTTPClientError, host: String) {
        switch error {
        case .connectTimeout, .getConnectionFromPoolTimeout:
            self.init(
                cause: .unreachable,
                detail: "\(host) did not take the connection in time.",
                ranOutOfTime: true
            )
        case .tlsHandshakeTimeout:
            self.init(cause: .tls, detail: "\(host) did not agree on a secure connection in time.")
        case .deadlineExceeded, .readTimeout, .writeTimeout:
            self.init(cause: .timeout, detail: "\(host) did not answer in time.")
        case .proxyAuthenticationRequired:
            self.init(
                cause: .unreachable,
                detail: """
                    \(host) was not reached: the proxy wants another user or password. Write them into HTTPS_PROXY, as in \
                    http://user:password@proxy.example.org:3128.
                    """
            )
        case .invalidProxyResponse:
            self.init(cause: .unreachable, detail: "\(host) was not reached: the proxy does not open the way.")
        case .httpProxyHandshakeTimeout:
            self.init(
                cause: .unreachable,
                detail: "\(host) was not reached: the proxy did not answer in time.",
                ranOutOfTime: true
            )
        case .cancelled, .alreadyShutdown:
            self.init(cause: .cut, detail: "The request to \(host) was given up.")
        case .remoteConnectionClosed:
            self.init(cause: .cut, detail: "\(host) closed the connection before it had answered.")
        default:
            self.init(cause: .cut, detail: "The connection to \(host) broke before the answer was whole.")
        }
    }

    /// The words of the TLS library, which are only about certificates.
    private static func reason(_ error: NIOSSLError) -> String {
        guard case .handshakeFailed(let cause) = error else { return "\(error)" }
        let text = "\(cause)"
        if text.contains("CERTIFICATE_VERIFY_FAILED") {
            return "its certificate is expired, of another host, or of an unknown authority"
        }
        return "no secure connection could be agreed on"
    }
}
