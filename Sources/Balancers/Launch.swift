/// The commands of one balancer with one configuration.
struct Launch: Sendable {
    let manifest: BalancerManifest
    let binary: BalancerBinary
    let values: TemplateValues

    func invocation(_ arguments: [String]) -> Invocation { invocation(of: binary.path, arguments) }

    /// Path of the log that the balancer writes, if the manifest names one.
    var log: String? { manifest.log.map(filled) }

    private func invocation(of program: String, _ arguments: [String]) -> Invocation {
        var environment = manifest.environment.mapValues(filled)
        if !binary.libraries.isEmpty { environment["LD_LIBRARY_PATH"] = binary.libraries.joined(separator: ":") }
        return Invocation(
            executable: program, arguments: arguments.map(filled), directory: values.directory,
            environment: environment)
    }

    /// What the manifest was read with had its placeholders tried; one for a node that is not there stays.
    private func filled(_ text: String) -> String {
        do { return try TemplateParts(text).filled(values) } catch { return text }
    }

    /// Does what is to be done before it starts.
    func prepare() async throws(BalancerError) {
        guard let program = manifest.prepare.first else { return }
        let invocation = invocation(of: "/usr/bin/env", [program] + manifest.prepare.dropFirst())
        let (exit, output) = try await ending(invocation)
        guard exit == .exited(0) else {
            throw .notPrepared(
                balancer: manifest.name, command: Array(invocation.arguments), exit, output: output)
        }
    }

    func version() async throws(BalancerError) -> String {
        let (_, output) = try await ending(invocation(manifest.version.arguments))
        return manifest.version.version(in: output) ?? "unknown"
    }

    func check() async throws(BalancerError) {
        if manifest.check.isEmpty { return }
        let (exit, output) = try await ending(invocation(manifest.check))
        if exit != .exited(0) {
            throw .configurationRefused(balancer: manifest.name, output: output.isEmpty ? "\(exit)" : output)
        }
    }

    private func ending(_ invocation: Invocation) async throws(BalancerError) -> (BalancerExit, String) {
        let tail = OutputTail()
        let exit = await withTaskGroup(of: BalancerExit?.self) { group in
            group.addTask { await invocation.run(tail.append) }
            group.addTask {
                // A cancelled wait ends like a finished one: the group is left either way.
                try? await Task.sleep(for: manifest.startPatience)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
        if Task.isCancelled { throw .cancelled }
        guard let exit else {
            throw .commandTimedOut(
                balancer: manifest.name, arguments: invocation.arguments, after: manifest.startPatience)
        }
        return (exit, tail.text)
    }
}
