import Foundation

/// Why a file can't be used, in words of ours: Foundation's own speak of folders of a desktop.
package enum FileWords {
    /// Why the file of this error can't be used.
    package static func reason(_ error: any Error) -> String {
        guard let error = error as? CocoaError else { return "\(error)" }
        return switch error.code {
        case .fileNoSuchFile, .fileReadNoSuchFile: "no such file"
        case .fileReadNoPermission, .fileWriteNoPermission: "no permission"
        case .fileWriteOutOfSpace: "no space left on the device"
        case .fileWriteVolumeReadOnly: "the file system is read-only"
        case .fileWriteFileExists: "something else bears that name"
        default:
            (error.underlying as? POSIXError).map { String(cString: strerror($0.code.rawValue)) }
                ?? "error \(error.code.rawValue)"
        }
    }
}
