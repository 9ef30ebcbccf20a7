using Flyball.Cli.Connecting;

namespace Flyball.Cli.Applying;

/// <summary>Finds and reads what a Compose project consists of on this machine.</summary>
internal static class ComposeFiles
{
    /// <summary>One file at most; the server has the same bound.</summary>
    public const int FileBytesMax = 1024 * 1024;

    private static readonly string[] StandardNames =
        ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];

    public static string Default() =>
        StandardNames.FirstOrDefault(File.Exists)
        ?? throw new CommandFailure(
            $"No Compose file here ({string.Join(", ", StandardNames)}); name one with -f.", ExitCodes.Usage);

    public static string Read(string path) => System.Text.Encoding.UTF8.GetString(ReadBytes(path));

    public static byte[] ReadBytes(string path)
    {
        try
        {
            var info = new FileInfo(path);
            if (info.Exists && info.Length > FileBytesMax)
                throw new CommandFailure(
                    $"{path} has {info.Length} bytes; at most {FileBytesMax} are read.", ExitCodes.Usage);
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure($"{path} cannot be read: {e.Message}", ExitCodes.Usage);
        }
    }
}
