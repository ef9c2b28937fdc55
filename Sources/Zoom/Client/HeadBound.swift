import NIOCore

/// Ends a connection whose answer's head grows beyond a bound.
///
/// Stands between TLS and the HTTP decoder, so it counts bytes as HTTP sees them and before any are kept. The decoder
/// has bounds of its own, but they let one answer take 2 MiB, times the number of connections.
final class HeadBound: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer

    private let limit: Int
    private var length = 0
    private var lineIsEmpty = false
    private var inHead = true

    init(limit: Int) {
        self.limit = limit
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if inHead {
            for byte in unwrapInboundIn(data).readableBytesView {
                length += 1
                if byte == 0x0A {
                    if lineIsEmpty {
                        inHead = false
                        break
                    }
                    lineIsEmpty = true
                } else if byte != 0x0D {
                    lineIsEmpty = false
                }
            }
            guard length <= limit else {
                context.fireErrorCaught(Exceeded(limit: limit))
                context.close(promise: nil)
                return
            }
        }
        context.fireChannelRead(data)
    }

    /// Each request starts the count anew.
    func startAnew() {
        length = 0
        lineIsEmpty = false
        inHead = true
    }

    /// The head was longer than the bound.
    struct Exceeded: Error {
        let limit: Int
    }
}

extension HeadBound: ChannelOutboundHandler {
    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        startAnew()
        context.write(data, promise: promise)
    }
}
