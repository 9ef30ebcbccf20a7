using Flyball.Cli.Connecting;

namespace Flyball.Cli.Applying;

/// <summary>Finds and reads what a Compose project consists of on this machine.</summary>
internal static class ComposeFiles
{
    /// <summary>One file at most; the server has the same bound.</summary>
    public const int FileBytesMax = 1024 * 1024;

    /// <summary>A file that a Compose file names: the largest, an OpenAPI document; the server bounds each.</summary>
    public const int AttachmentBytesMax = 4 * 1024 * 1024;

    private static readonly string[] StandardNames =
        ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];

    public static string Default() =>
        StandardNames.FirstOrDefault(File.Exists)
        ?? throw new CommandFailure(
            $"No Compose file here ({string.Join(", ", StandardNames)}); name one with -f.", ExitCodes.Usage);

    public static string Read(string path) => System.Text.Encoding.UTF8.GetString(ReadBytes(path));

    public static byte[] ReadBytes(string path, int bytesMax = FileBytesMax)
    {
        try
        {
            var info = new FileInfo(path);
            if (info.Exists && info.Length > bytesMax)
                throw new CommandFailure(
                    $"{path} has {info.Length} bytes; at most {bytesMax} are read.", ExitCodes.Usage);
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure($"{path} cannot be read: {e.Message}", ExitCodes.Usage);
        }
    }
}
