using System.Runtime.CompilerServices;

namespace Flyball.Scheduling.Compose.Tests;

/// <summary>Compares with a file beside the tests' sources, or rewrites it when FLYBALL_UPDATE_GOLDENS is 1.</summary>
internal static class Golden
{
    public static void Check(string path, string actual)
    {
        if (Environment.GetEnvironmentVariable("FLYBALL_UPDATE_GOLDENS") == "1") File.WriteAllText(path, actual);
        Assert.True(File.Exists(path), $"{path} does not exist: run once with FLYBALL_UPDATE_GOLDENS=1");
        Assert.Equal(File.ReadAllText(path), actual);
    }

    public static string SourceDirectory([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    public static string RepositoryRoot() => Path.GetFullPath(Path.Combine(SourceDirectory(), "..", ".."));
}
