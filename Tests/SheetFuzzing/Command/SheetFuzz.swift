import Glibc
import SheetFuzzing

/// `sheet-fuzz [FIRST-SEED] [COUNT]`: checks so many made-up files, and prints the seed of the first that fails.
/// `sheet-fuzz --parse FILE`: says how fast the reader alone goes through a file.
@main
struct SheetFuzz {
    static func main() {
        if CommandLine.arguments.count == 3, CommandLine.arguments[1] == "--parse" {
            do { print(try ParseSpeed(of: CommandLine.arguments[2])) } catch { fail("\(error)", 65) }
            return
        }
        let arguments = CommandLine.arguments.dropFirst().map { UInt64($0) }
        guard arguments.count <= 2, !arguments.contains(nil) else {
            return fail("usage: sheet-fuzz [FIRST-SEED] [COUNT] | --parse FILE", 64)
        }
        let first = arguments.first.flatMap(\.self) ?? 1
        let count = arguments.dropFirst().first.flatMap(\.self) ?? 1_000_000
        var decisions = 0
        var seed = first
        do {
            let check = try SheetCheck()
            while seed < first + count {
                decisions += try check.check(SheetCase(seed: seed))
                seed += 1
            }
        } catch {
            let text = String(decoding: SheetCase(seed: seed).bytes, as: UTF8.self)
            return fail(
                "seed \(seed): \(error)\n\(text.debugDescription)\nAgain, alone: scripts/fuzz --seed \(seed)",
                1
            )
        }
        print(
            "\(count) files, seeds \(first) to \(first + count - 1): all as they must be, \(decisions) decisions in them."
        )
    }

    private static func fail(_ message: String, _ status: Int32) {
        print(message)
        exit(status)
    }
}
