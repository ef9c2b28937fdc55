import Decisions
import Journal
import Logging
import Reporting
import Sending
import Zoom

/// Lists who is registered for meetings and webinars of one account into a sheet, if the app's scopes allow it.
struct SheetListing {
    let zoom: Accounts.Ready
    let journal: Journal
    let statuses: [RegistrantQuery.Status]
    let stop: StopSwitch
    let logger: Logger

    /// Lists them, and closes the connection to Zoom.
    ///
    /// - Parameters:
    ///   - hosts: The addresses of hosts whose upcoming meetings and webinars to list as well.
    ///   - onPage: Runs when the sheet has taken a page.
    /// - Throws: `UsherError` if a scope is missing; then nothing was asked but a token.
    func callAsFunction(
        _ targets: [Target],
        hosts: [String] = [],
        into sheet: RegistrantSheet,
        onPage: @escaping @Sendable () -> Void = {}
    ) async throws -> ListRun.Result {
        var run = ListRun(
            journal: journal,
            zoom: zoom.client,
            options: zoom.options,
            statuses: statuses,
            stop: stop
        )
        run.onListing = { [logger] in $0.log(to: logger) }
        let scopes = await zoom.client.scopes()
        do {
            try Self.check(scopes, for: targets, withHosts: !hosts.isEmpty)
        } catch {
            await zoom.client.shutdown()
            throw error
        }
        let unseen = Self.uses(toListHosts: .webinar).filter { scopes?.allow($0) == false }
        var seen: Set<String> = []
        let hosts = hosts.filter { seen.insert($0.lowercased()).inserted }
        var result = await run(
            targets,
            hosts: hosts.flatMap { host in
                Target.Kind.allCases.filter { $0 == .meeting || unseen.isEmpty }
                    .map { HostQuery(account: zoom.name, host: host, kind: $0) }
            },
            announce: { sheet.announce($0, $1, place: $2) },
            take: { page, query in
                try sheet.take(page, query)
                onPage()
            }
        )
        if !unseen.isEmpty {
            let refused = result.refused.map(\.subject)
            result.withoutWebinars = hosts.filter { !refused.contains(.host($0)) }
                .map { ($0, "The app lacks \(Self.words(unseen)).") }
        }
        await zoom.client.shutdown()
        return result
    }

    /// - Throws: `UsherError` naming the scopes that are missing, as far as the token says which it has.
    private static func check(
        _ scopes: Scopes?,
        for targets: [Target],
        withHosts: Bool
    ) throws(UsherError) {
        guard let scopes else { return }
        let kinds = Target.Kind.allCases.filter { kind in targets.contains { $0.kind == kind } }
        var uses = kinds.flatMap { [Scopes.Use.details($0), .lists($0)] }
        // Hosts' webinars are left out if the app may not see them.
        if withHosts { uses += Self.uses(toListHosts: .meeting).filter { !uses.contains($0) } }
        let missing = uses.filter { !scopes.allow($0) }
        guard !missing.isEmpty else { return }
        throw UsherError(
            status: .refused,
            description: """
                The app lacks \(words(missing)). Add \(missing.count == 1 ? "it" : "them") to the app in the Zoom App \
                Marketplace, and run the same command again. Nothing was listed.
                """
        )
    }

    private static func uses(toListHosts kind: Target.Kind) -> [Scopes.Use] {
        [.hosts(kind), .details(kind), .lists(kind)]
    }

    private static func words(_ missing: [Scopes.Use]) -> String {
        "\(missing.count == 1 ? "the scope" : "the scopes") \(missing.map { $0.sufficient[0] }.joined(separator: " and "))"
    }
}
