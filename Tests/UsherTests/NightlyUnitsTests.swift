import Testing

@testable import Usher

@Suite("What the doctor makes of the nightly run's units")
struct NightlyUnitsTests {
    private func shown(
        timer: String = "LoadState=loaded\nUnitFileState=enabled\nActiveState=active",
        onFailure: String = "usher-failure@usher.service.service",
        failure: String = "loaded",
        secrets: [String] = [
            "zoom.account_id:/etc/usher/credentials/zoom.account_id", "zoom.client_id:/c/zoom.client_id",
        ]
    ) -> NightlyUnits {
        NightlyUnits(
            """
            Id=usher.service
            LoadState=loaded
            OnFailure=\(onFailure)
            LoadCredential=[unprintable]
            ExecStart={ path=/usr/bin/usher ; argv[]=/usr/bin/usher run ; ignore_errors=no }

            Id=usher.timer
            \(timer)

            Id=usher-failure@usher.service.service
            LoadState=\(failure)
            ExecStart={ path=/usr/lib/usher/usher-failure ; argv[]=/usr/lib/usher/usher-failure usher.service ; status=0/0 }
            """,
            cat: "# LoadCredential=no:/no\n" + secrets.map { "LoadCredential=\($0)\n" }.joined()
        )
    }

    private func machine(
        _ settings: String? = "# who\nUSHER_FAILURE_MAIL=events@example.org\n",
        program: Bool = true,
        curl: Bool = true,
        modes: [String: (mode: UInt32, group: UInt32)] = [:],
        missing: Set<String> = []
    ) -> NightlyUnits.Machine {
        var machine = NightlyUnits.Machine(failureSettings: settings)
        machine.isExecutable = { $0 == "/usr/lib/usher/usher-failure" && program }
        machine.hasCurl = curl
        machine.mode = { modes[$0] }
        machine.isMissing = missing.contains
        return machine
    }

    private func states(_ units: NightlyUnits, _ machine: NightlyUnits.Machine) -> [String] {
        units.diagnoses(machine).map { "\($0.check): \($0.state.rawValue)" }
    }

    @Test("all is well where the timer runs, somebody is told, and root alone may read the secrets")
    func well() {
        #expect(states(shown(), machine()) == ["timer: ok", "alert: ok", "secrets: ok"])
        let forgotten = shown(secrets: ["zoom.account_id:/etc/usher/credentials/zoom.account_id", ""])
        #expect(states(forgotten, machine()) == ["timer: ok", "alert: ok"])
    }

    @Test(
        "a timer that is not there, not enabled or not started begins no run",
        arguments: [
            "LoadState=not-found\nUnitFileState=\nActiveState=inactive",
            "LoadState=loaded\nUnitFileState=disabled\nActiveState=inactive",
            "LoadState=loaded\nUnitFileState=disabled\nActiveState=active",
            "LoadState=loaded\nUnitFileState=enabled\nActiveState=inactive",
            "LoadState=masked\nUnitFileState=masked\nActiveState=inactive",
        ]
    )
    func timer(state: String) {
        #expect(states(shown(timer: state), machine()).first == "timer: warning")
    }

    @Test(
        "settings that name nobody, only in a comment, or without a value, tell nobody",
        arguments: [
            nil, "", "#USHER_FAILURE_MAIL=a@example.org", "USHER_FAILURE_MAIL=\nUSHER_FAILURE_WEBHOOK=\"\"\n",
            "USHER_FAILURE_FROM=a@example.org", "NOT_USHER_FAILURE_MAIL=a@example.org",
        ]
    )
    func nobodyTold(settings: String?) {
        #expect(states(shown(), machine(settings))[1] == "alert: warning")
    }

    @Test("an address is found with quotation marks and indentation, and is not repeated")
    func address() {
        let diagnoses = shown().diagnoses(machine("  USHER_FAILURE_WEBHOOK='https://chat.example.org/KEY'\n"))
        #expect(diagnoses[1].state == .ok && !"\(diagnoses)".contains("KEY"))
    }

    @Test("a unit that starts nothing on failure, and a program that is gone, are told")
    func programGone() {
        #expect(states(shown(onFailure: ""), machine())[1] == "alert: warning")
        #expect(states(shown(), machine(program: false))[1] == "alert: problem")
        #expect(states(shown(failure: "not-found"), machine())[1] == "alert: problem")
        #expect(states(shown(), machine(curl: false))[1] == "alert: problem")
    }

    @Test("secrets that others or a group may read are told, one by one, and so are missing ones")
    func secrets() {
        let path = "/etc/usher/credentials/zoom.account_id"
        for (mode, group, isOpen): (UInt32, UInt32, Bool) in [
            (0o600, 0, false), (0o640, 0, false), (0o644, 0, true), (0o640, 998, true), (0o602, 0, true),
        ] {
            let found = shown().diagnoses(machine(modes: [path: (mode, group)])).last
            #expect((found?.state == .problem) == isOpen, "\(String(mode, radix: 8)) \(group)")
            if isOpen { #expect(found?.advice?.contains("chmod 600 \(path)") == true) }
        }
        let missing = shown().diagnoses(machine(missing: [path])).last
        #expect(missing?.state == .problem && missing?.detail.contains("There is no \(path)") == true)
    }
}
