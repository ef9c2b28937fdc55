import Zoom

/// What becomes of one request on its way, decided when it leaves.
enum Fate: Sendable {
    /// It arrives, and so does Zoom's answer.
    case answered
    /// It never arrives.
    case lostBefore(NoAnswer.Cause)
    /// It arrives, and the connection breaks before the answer.
    case lostAfter
    /// No answer comes in time; it arrives so much later, if it does.
    case timeout(arriving: Duration?)
    /// Something else than Zoom answers, or Zoom before it has looked at it.
    case elsewhere(Answer)
    /// Zoom does it and answers that it is in trouble.
    case doneInTrouble(Answer)

    static func drawn(_ weather: Weather, isOut: Bool, _ chance: inout Chance) -> Fate {
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
