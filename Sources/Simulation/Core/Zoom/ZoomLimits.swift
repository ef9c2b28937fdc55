/// How much Zoom takes.
struct ZoomLimits: Sendable {
    var perSecond: Int
    var perRequest = 30
    var accountADay: Int?
    var registrantADay = 10
    var webinarADay: Int?
}
