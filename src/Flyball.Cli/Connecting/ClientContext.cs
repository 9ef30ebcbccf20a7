using System.Text.Json;
using System.Text.Json.Serialization;

namespace Flyball.Cli.Connecting;

/// <summary>
/// Which server to ask and with which token; <c>up</c> and <c>server</c> write it for the user who started them.
/// </summary>
public sealed record ClientContext(string Api, string? Token)
{
    public const string FileName = "client.json";

    /// <summary>The address when nothing else is said.</summary>
    public const string DefaultApi = "http://127.0.0.1:7070";

    /// <summary>
    /// Flags win over the environment, the environment over the file in the data directory (given, or <c>./data</c>),
    /// that over the user's own file.
    /// </summary>
    internal static ClientContext Find(string? apiFlag, string? tokenFlag, string? dataFlag)
    {
        string? data = dataFlag ?? Environment.GetEnvironmentVariable("FLYBALL_DATA");
        ClientContext? file = Read(Path.Combine(data ?? "data", FileName)) ?? (data is null ? Read(UserFile()) : null);
        string api = apiFlag ?? Environment.GetEnvironmentVariable("FLYBALL_API") ?? file?.Api ?? DefaultApi;
        if (!api.Contains("://", StringComparison.Ordinal)) api = "http://" + api;
        return new ClientContext(api, tokenFlag ?? Environment.GetEnvironmentVariable("FLYBALL_TOKEN") ?? file?.Token);
    }

    /// <summary>Writes the context, readable by its owner only.</summary>
    public static void Write(string path, ClientContext context)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        string temporary = path + ".new";
        File.Delete(temporary);
        using (var stream = new FileStream(temporary, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            JsonSerializer.Serialize(stream, context, ClientContextJson.Default.ClientContext);
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <summary><c>$XDG_CONFIG_HOME/flyball/client.json</c>, as the desktop's rules have it.</summary>
    public static string UserFile() => Path.Combine(
        Environment.GetFolderPath(
            Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        "flyball", FileName);

    private static ClientContext? Read(string path)
    {
        try
        {
            return File.Exists(path)
                ? JsonSerializer.Deserialize(File.ReadAllText(path), ClientContextJson.Default.ClientContext)
                : null;
        }
        catch (UnauthorizedAccessException)
        {
            // Another user's data directory: its context is not ours to use.
            return null;
        }
        catch (JsonException e)
        {
            throw new CommandFailure($"{path} is not a client context: {e.Message}", ExitCodes.Usage);
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ClientContext))]
internal sealed partial class ClientContextJson : JsonSerializerContext;
