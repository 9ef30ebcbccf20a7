using System.Runtime.CompilerServices;

namespace Flyball.Tests.Harness;

/// <summary>Where the built things are that these tests run for real.</summary>
internal static class Executables
{
    public static string Root { get; } = FindRoot();

    /// <summary>What <c>./test</c> published, or the newest build when a test is run on its own.</summary>
    public static string Flyball { get; } =
        Environment.GetEnvironmentVariable("FLYBALL_EXECUTABLE") is { Length: > 0 } given ? given
        : Directory.EnumerateFiles(Path.Combine(Root, "src/Flyball/bin"), "flyball", SearchOption.AllDirectories)
            .OrderByDescending(File.GetLastWriteTimeUtc).FirstOrDefault()
        ?? throw new InvalidOperationException("Build first: dotnet build src/Flyball.");

    /// <summary>A service of the sample shop, published by <c>samples/shop/publish.sh</c>.</summary>
    public static string Shop(string service)
    {
        string folder = Path.Combine(Root, "samples/shop/out", service);
        return Directory.Exists(folder)
            ? folder
            : throw new InvalidOperationException("Publish the shop first: bash samples/shop/publish.sh.");
    }

    /// <summary>A peer of another project, unpacked by <c>build/unpack-peers.sh</c>.</summary>
    public static string Peer(string path)
    {
        string file = Path.Combine(Root, "artifacts/peers", path);
        return File.Exists(file)
            ? file
            : throw new InvalidOperationException("Unpack the peers first: bash build/unpack-peers.sh.");
    }

    private static string FindRoot([CallerFilePath] string here = "")
    {
        string? folder = Path.GetDirectoryName(here);
        while (folder is not null && !File.Exists(Path.Combine(folder, "Flyball.slnx")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("Flyball.slnx is not above the tests.");
    }
}
