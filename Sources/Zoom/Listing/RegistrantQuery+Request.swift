extension RegistrantQuery {
    /// What follows the base URL.
    var path: String {
        var query = "?status=\(status.rawValue)&page_size=\(min(max(pageSize, 1), 300))"
        if let pageToken { query += "&next_page_token=" + PercentEncoding.encode(pageToken) }
        if let occurrence = target.occurrence {
            query += "&occurrence_id=" + PercentEncoding.encode(occurrence.description)
        }
        return target.registrantsPath + query
    }
}
