import Zoom

/// What may go wrong between the computer and Zoom, each with its probability per request.
struct FaultProfile: Sendable {
    /// The shortest round trip, and the random addition each way.
    var base: Duration = .milliseconds(40)
    var jitterThere: Duration = .zero
    var jitterBack: Duration = .milliseconds(20)
    /// The server's time after it has counted a request.
    var slowness: Duration = .zero

    /// The request never arrives, and the connection breaks.
    var lostBefore = 0.0
    /// The request is performed, and the connection breaks before the answer.
    var lostAfter = 0.0
    /// The request arrives, at once or late, and no answer comes in time.
    var timeouts = 0.0
    /// The server has an error and does nothing.
    var errors = 0.0
    /// The server has an error but still performs the request.
    var errorsAfter = 0.0
    /// Something in front of Zoom answers instead.
    var blocked = 0.0
    /// The token is refused.
    var unauthorized = 0.0
    /// Something else changes the meeting at the same time.
    var busy = 0.0
    /// The `Retry-After` is false.
    var lies = 0.0
    /// Requests a second of another app of the account.
    var others = 0.0
    /// Now and then nothing gets through for this long; zero for never.
    var outage: Duration = .zero

    /// How long the computer waits for an answer.
    static let patience = Duration.seconds(30)

    /// The profile without faults.
    var calm: FaultProfile { FaultProfile(base: base, jitterBack: .milliseconds(10)) }

    static func drawn(_ chance: inout RandomGenerator, perSecond: Int) -> FaultProfile {
        var weather = FaultProfile()
        func some(_ most: Double, _ chance: inout RandomGenerator) -> Double {
            chance.happens(0.4) ? chance.number(0...most) : 0
        }
        weather.base = chance.duration(.milliseconds(5) ... .milliseconds(200))
        weather.jitterThere = chance.pick([.zero, .milliseconds(3), .milliseconds(150)])
        weather.jitterBack = chance.pick([.zero, .milliseconds(20), .milliseconds(300)])
        weather.slowness = chance.pick([.zero, .zero, .milliseconds(100), .seconds(4)])
        weather.lostBefore = some(0.1, &chance)
        weather.lostAfter = some(0.1, &chance)
        weather.timeouts = some(0.05, &chance)
        weather.errors = some(0.2, &chance)
        weather.errorsAfter = some(0.1, &chance)
        weather.blocked = some(0.05, &chance)
        weather.unauthorized = some(0.03, &chance)
        weather.busy = some(0.05, &chance)
        weather.lies = some(0.5, &chance)
        weather.others = chance.happens(0.3) ? Double(perSecond) * chance.number(0.2...1) : 0
        weather.outage = chance.happens(0.2) ? chance.duration(.seconds(5) ... .seconds(600)) : .zero
        return weather
    }
}

/// What happens to one request on its way, decided when it is sent.
enum Delivery: Sendable {
    /// The request arrives, and so does Zoom's answer.
    case answered
    /// The request never arrives.
    case lostBefore(RequestFailure.Cause)
    /// The request arrives, and the connection breaks before the answer.
    case lostAfter
    /// No answer comes in time; the request arrives this much later, or never.
    case timeout(arriving: Duration?)
    /// Something other than Zoom answers, or Zoom before it has looked at the request.
    case elsewhere(Answer)
    /// Zoom performs the request and answers with an error.
    case doneInTrouble(Answer)

    static func drawn(_ weather: FaultProfile, isOut: Bool, _ chance: inout RandomGenerator) -> Delivery {
        if isOut { return .lostBefore(chance.happens(0.5) ? .unreachable : .timeout) }
        if chance.happens(weather.lostBefore) { return .lostBefore(chance.happens(0.5) ? .cut : .unreachable) }
        if chance.happens(weather.lostAfter) { return .lostAfter }
        if chance.happens(weather.timeouts) {
            return .timeout(arriving: chance.happens(0.7) ? chance.duration(.zero ... .seconds(40)) : nil)
        }
        if chance.happens(weather.errors) { return .elsewhere(chance.pick([.badGateway, .serverError, .busy])) }
        if chance.happens(weather.errorsAfter) { return .doneInTrouble(chance.pick([.badGateway, .serverError])) }
        if chance.happens(weather.blocked) { return .elsewhere(.blocked) }
        if chance.happens(weather.unauthorized) { return .elsewhere(.invalidToken) }
        if chance.happens(weather.busy) { return .elsewhere(.tooManyAtOnce) }
        return .answered
    }
}
