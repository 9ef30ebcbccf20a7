namespace Flyball.Metrics.Commands;

/// <summary>What commands that work on files have in common.</summary>
internal static class OfflineFiles
{
    /// <summary>The exit code when the command line itself was wrong.</summary>
    public const int Usage = 2;

    /// <summary>Tells each path that names no file.</summary>
    public static bool AreThere(IEnumerable<string> paths)
    {
        bool areThere = true;
        foreach (string path in paths.Where(path => !File.Exists(path)))
        {
            Console.Error.WriteLine($"{path} does not exist.");
            areThere = false;
        }

        return areThere;
    }
}
