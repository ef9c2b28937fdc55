import Decisions

extension Target {
    /// `/meetings/{id}/registrants` or its twin for webinars.
    var registrantsPath: String {
        switch kind {
        case .meeting: "/meetings/\(id)/registrants"
        case .webinar: "/webinars/\(id)/registrants"
        }
    }
}

extension StatusUpdate {
    /// What follows the base URL: the path, and the occurrence if one is meant.
    var path: String {
        let occurrence = target.occurrence.map { "?occurrence_id=" + PercentEncoding.encode($0.description) }
        return "\(target.registrantsPath)/status\(occurrence ?? "")"
    }

    /// The body and its content type.
    ///
    /// - Parameter boundary: What parts a multipart body; must not occur in it.
    func body(_ encoding: BodyEncoding, boundary: @autoclosure () -> String) -> (contentType: String, bytes: [UInt8]) {
        var json = RegistrantsJSON(count: registrants.count)
        switch encoding {
        case .json:
            json.raw("{\"action\":\"\(action.rawValue)\",\"registrants\":")
            json.list(registrants)
            json.raw("}")
            return ("application/json", json.bytes)
        case .multipart:
            let boundary = boundary()
            func field(_ name: String) -> String {
                "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n"
            }
            json.raw("\(field("action"))\(action.rawValue)\r\n\(field("registrants"))")
            json.list(registrants)
            json.raw("\r\n--\(boundary)--\r\n")
            return ("multipart/form-data; boundary=\(boundary)", json.bytes)
        }
    }
}
