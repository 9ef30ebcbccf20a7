using System.Net;

namespace Flyball.Discovery;

/// <summary>What a sidecar was started with: a file, or flags instead of one.</summary>
public sealed record SidecarOptions
{
    /// <summary>The YAML file; null for flags alone.</summary>
    public string? File { get; init; }

    /// <summary>Where the last known back ends are kept; this process's own.</summary>
    public required string DataDirectory { get; init; }

    /// <summary><c>SERVICE=PORT</c>: registers what listens on the port, checked by a connection.</summary>
    public IReadOnlyList<string> Registers { get; init; } = [];

    /// <summary><c>SERVICE=PORT</c>: the local port that leads to the service.</summary>
    public IReadOnlyList<string> Uses { get; init; } = [];

    /// <summary>Overrides the file's <c>catalogue</c>; null for the file's.</summary>
    public string? Catalogue { get; init; }

    /// <summary>Overrides the file's <c>listen</c>; null for the file's.</summary>
    public string? Listen { get; init; }

    /// <summary>Files larger than this are refused. Default 1 MiB.</summary>
    public int FileBytesMax { get; init; } = 1024 * 1024;

    /// <summary>Of a catalogue that the file does not name.</summary>
    public static readonly Uri UsualCatalogue = new("http://127.0.0.1:8500");

    /// <summary>Of metrics and readiness where the file does not name it.</summary>
    public static readonly IPEndPoint UsualListen = new(IPAddress.Loopback, 7072);
}
