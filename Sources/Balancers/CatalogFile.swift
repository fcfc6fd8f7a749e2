import Foundation

/// Reading of the catalogue's files, which are small.
enum CatalogFile {
    static func text(_ file: String, limit: Int) throws(CatalogError) -> String {
        let data: Data
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: file))
            defer { try? handle.close() }
            data = try handle.read(upToCount: limit + 1) ?? Data()
        } catch {
            throw .unreadable(file: file, reason: FileWords.reason(error))
        }
        guard data.count <= limit else {
            throw .unreadable(file: file, reason: "it is larger than \(limit) bytes")
        }
        guard let text = String(bytes: data, encoding: .utf8) else {
            throw .unreadable(file: file, reason: "it is not UTF-8")
        }
        return text
    }
}
