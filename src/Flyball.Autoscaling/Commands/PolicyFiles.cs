using Flyball.Autoscaling.Backtesting;
using Flyball.Contracts.Autoscaling;

namespace Flyball.Autoscaling.Commands;

/// <summary>Policies of the manifest in files of their own.</summary>
internal static class PolicyFiles
{
    // A policy is a page; whatever is larger is another file given by mistake.
    private const long BytesMax = 1 << 20;

    /// <exception cref="UsageException">There is no such file, and no built-in policy of that name.</exception>
    /// <exception cref="FormatException">It is no policy; the message has every problem with its place.</exception>
    public static ScalePolicy Read(
        string path, Func<string, string, (ScalePolicy? Policy, IReadOnlyList<string> Problems)> read)
    {
        if (!File.Exists(path))
            throw new UsageException(
                $"--policy: '{path}' is neither a file nor one of {string.Join(", ", PolicyCatalog.Names)}.");
        if (new FileInfo(path).Length > BytesMax)
            throw new FormatException($"--policy: {path} is larger than {BytesMax} bytes: that is no policy.");
        var (policy, problems) = read(path, File.ReadAllText(path));
        return policy ?? throw new FormatException(string.Join(Environment.NewLine, problems));
    }
}
