namespace Flyball.Metrics.Commands;

/// <summary>What commands that work on files have in common.</summary>
internal static class OfflineFiles
{
    public const int Ok = 0;

    /// <summary>The exit code when what was checked is not well.</summary>
    public const int Failed = 1;

    /// <summary>The exit code when the command line itself was wrong.</summary>
    public const int Usage = 2;

    /// <summary>Tells each path that names no file.</summary>
    public static bool AreThere(IEnumerable<string> paths)
    {
        bool areThere = true;
        foreach (string path in paths.Where(path => !File.Exists(path)))
        {
            string why = Directory.Exists(path) ? "is a directory; name its files." : "does not exist.";
            Console.Error.WriteLine($"{path} {why}");
            areThere = false;
        }

        return areThere;
    }
}
