import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

extension NoAnswer {
    /// What an error of the HTTP client means.
    ///
    /// Only what can happen before a connection stands counts as never sent; all else may have reached Zoom.
    /// The details are written here, since those of the libraries may repeat what was sent.
    init(_ error: any Error, host: String) {
        switch error {
        case let error as NoAnswer:
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

    /// An address, unlike a name, is connected to directly, and then the system's own error comes through. These can't
    /// come from a connection that stands.
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
        case .cancelled, .alreadyShutdown:
            self.init(cause: .cut, detail: "The request to \(host) was given up.")
        case .remoteConnectionClosed:
            self.init(cause: .cut, detail: "\(host) closed the connection before it had answered.")
        default:
            self.init(cause: .cut, detail: "The connection to \(host) broke before the answer was whole.")
        }
    }

    /// The words of the TLS library, which speak of certificates alone.
    private static func reason(_ error: NIOSSLError) -> String {
        guard case .handshakeFailed(let cause) = error else { return "\(error)" }
        let text = "\(cause)"
        if text.contains("CERTIFICATE_VERIFY_FAILED") {
            return "its certificate is expired, of another host, or of an unknown authority"
        }
        return "no secure connection could be agreed on"
    }
}
