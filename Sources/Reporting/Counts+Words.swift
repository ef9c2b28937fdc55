import Journal

extension Counts {
    /// By the outcome's word, zeros too, for programs.
    var byWord: [String: Int] {
        Dictionary(uniqueKeysWithValues: Outcome.allCases.map { ($0.rawValue, self[$0]) })
    }
}
