import BenchmarkTable
import Foundation

/// The resident memory of a process, looked at now and then.
struct ResidentMemory {
    let process: Int
    let name: String
    private var looks: [(at: ContinuousClock.Instant, bytes: Double)] = []

    /// Without a name it is called by its command.
    init(of process: Int, _ name: String?) {
        self.process = process
        // The process may be gone.
        let command = (try? String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8)) ?? ""
        let words = command.split(separator: "\0")
        let id = words.firstIndex(of: "--id").flatMap { words.dropFirst($0 + 1).first }
        self.name = name ?? "the \(words.dropFirst().first ?? "process")\(id.map { " \($0)" } ?? "")"
    }

    var last: Double { looks.last?.bytes ?? 0 }

    mutating func look() {
        // A process that ended meanwhile has none.
        guard let text = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8),
            let match = text.firstMatch(of: /VmRSS:\s+([0-9]+) kB/), let kibibytes = Double(match.1)
        else { return }
        looks.append((.now, kibibytes * 1_024))
    }

    /// By what part it grew over so many seconds before the last look: from the first fifth of them to the last one.
    func growth(over seconds: Double) -> Double {
        guard let end = looks.last?.at else { return 0 }
        func middle(_ from: Double, _ to: Double) -> Double {
            Sample.median(
                looks.filter { (from...to).contains($0.at.duration(to: end) / .seconds(1)) }.map(\.bytes))
        }
        let (first, last) = (middle(seconds * 0.8, seconds), middle(0, seconds * 0.2))
        return first > 0 ? last / first - 1 : 0
    }

    /// The processes that this one started.
    static func children(of process: Int) -> [Int] {
        // Each thread has those of its own; one that is gone has none.
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? []
        return threads.flatMap { thread in
            let text = try? String(contentsOfFile: "/proc/\(process)/task/\(thread)/children", encoding: .utf8)
            return (text ?? "").split(separator: " ").compactMap { Int($0) }
        }
    }
}
