import Foundation

/// A configuration as it is written for a run: its text, and what lies beside it.
package struct BalancerConfiguration: Sendable, Hashable {
    /// What the balancer reads.
    package var text: String
    /// What its file name ends with, behind a point, since some balancers go by that.
    package var fileExtension: String
    /// Further files: the name of each, and its text.
    package var files: [String: String]

    /// A configuration.
    package init(text: String, fileExtension: String = "conf", files: [String: String] = [:]) {
        self.text = text
        self.fileExtension = fileExtension
        self.files = files
    }

    /// A template with its further files, all placeholders replaced.
    ///
    /// - Parameter name: what its file is called, without the extension.
    package init(
        _ template: ConfigTemplate, files: [String: ConfigTemplate], as name: String, values: TemplateValues
    ) throws(TemplateError) {
        let ending = URL(fileURLWithPath: template.file).pathExtension
        fileExtension = ending.isEmpty ? "conf" : ending
        var values = values
        values.config = "\(values.directory)/\(name).\(fileExtension)"
        text = try template.render(values)
        var rendered: [String: String] = [:]
        for (name, file) in files { rendered[name] = try file.fill(values) }
        self.files = rendered
    }

    /// Writes all of it to a directory, which is made if need be.
    ///
    /// - Returns: path of the configuration.
    func write(to directory: String, as name: String) throws(BalancerError) -> String {
        guard directory.hasPrefix("/") else {
            throw .workDirectory(directory, reason: "it is not an absolute path")
        }
        let config = "\(directory)/\(name).\(fileExtension)"
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            try text.write(toFile: config, atomically: true, encoding: .utf8)
            for (name, text) in files {
                try text.write(toFile: "\(directory)/\(name)", atomically: true, encoding: .utf8)
            }
        } catch {
            throw .workDirectory(directory, reason: FileWords.reason(error))
        }
        return config
    }
}
