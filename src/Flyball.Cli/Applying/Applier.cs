using System.Text.Json;
using Flyball.Cli.Connecting;

namespace Flyball.Cli.Applying;

/// <summary>
/// Sends a Compose project to the server. The server compiles it; it says which further files, variables and build
/// contexts it needs, so that nothing of this machine is sent that the files do not name.
/// </summary>
internal sealed class Applier(ApiClient client)
{
    /// <summary>An included file may name another, and so on; more rounds than this is a mistake.</summary>
    private const int RoundsMax = 8;

    public async Task<JsonDocument> ApplyAsync(
        ApplyRequest request, Action<string> tell, CancellationToken cancellation)
    {
        string[] texts = [.. request.Files.Select(ComposeFiles.Read)];
        string directory = Path.GetDirectoryName(Path.GetFullPath(request.Files[0]))!;
        var sent = new Sent(request, texts, directory);

        for (int round = 0; round < RoundsMax; round++)
        {
            using JsonDocument inspected = await client.PostAsync(
                "/compose/inspect", writer => sent.Write(writer), cancellation);
            if (!sent.Attach(inspected.RootElement)) break;
        }

        using (JsonDocument inspected = await client.PostAsync("/compose/inspect", writer =>
            sent.Write(writer), cancellation))
        {
            foreach (JsonElement build in inspected.RootElement.Items("builds"))
            {
                string service = build.Text("service")!;
                sent.Contexts[service] = await new BuildContexts(client).UploadAsync(
                    service, Path.GetFullPath(build.Text("context")!, directory), build, tell, cancellation);
            }
        }

        return await client.PostAsync(
            request.DryRun ? "/apply?dryRun=true" : "/apply", writer => sent.Write(writer), cancellation);
    }

    /// <summary>Everything that was gathered for the server so far.</summary>
    private sealed class Sent(ApplyRequest request, string[] texts, string directory)
    {
        private readonly SortedDictionary<string, string> environment = new(StringComparer.Ordinal);

        /// <summary>Files by the path under which the server asked for them.</summary>
        private readonly SortedDictionary<string, byte[]> attachments = new(StringComparer.Ordinal);

        /// <summary>Digests by service.</summary>
        public SortedDictionary<string, string> Contexts { get; } = new(StringComparer.Ordinal);

        private string? EnvFilePath { get; } =
            request.EnvFile is { } given ? Path.GetFullPath(given)
            : File.Exists(Path.Combine(directory, ".env")) ? Path.Combine(directory, ".env") : null;

        /// <summary>Adds what the server asks for; false when it asks for nothing new.</summary>
        public bool Attach(JsonElement inspected)
        {
            bool added = false;
            foreach (JsonElement name in inspected.Items("variables"))
                if (Environment.GetEnvironmentVariable(name.GetString()!) is { } value)
                    added |= environment.TryAdd(name.GetString()!, value);
            foreach (JsonElement file in inspected.Items("files"))
            {
                string path = Path.GetFullPath(file.GetString()!, directory);
                if (File.Exists(path) && path != EnvFilePath)
                    added |= attachments.TryAdd(file.GetString()!, ComposeFiles.ReadBytes(
                        path, ComposeFiles.AttachmentBytesMax));
            }

            return added;
        }

        public void Write(Utf8JsonWriter writer)
        {
            writer.WriteStartObject();
            writer.WriteStartArray("files");
            for (int i = 0; i < texts.Length; i++) WriteFile(writer, request.Files[i], texts[i]);
            writer.WriteEndArray();
            writer.WriteStartObject("environment");
            foreach ((string name, string value) in environment) writer.WriteString(name, value);
            writer.WriteEndObject();
            if (EnvFilePath is { } env) writer.WriteString("dotEnv", ComposeFiles.Read(env));
            writer.WriteStartArray("attachments");
            foreach ((string path, byte[] content) in attachments)
            {
                // Base 64 for all: a secret need not be text.
                writer.WriteStartObject();
                writer.WriteString("name", path);
                writer.WriteBase64String("base64", content);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartArray("profiles");
            foreach (string profile in request.Profiles) writer.WriteStringValue(profile);
            writer.WriteEndArray();
            if (request.Project is { } project) writer.WriteString("project", project);
            writer.WriteString("projectDirectory", directory);
            writer.WriteStartObject("contexts");
            foreach ((string service, string digest) in Contexts) writer.WriteString(service, digest);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        private static void WriteFile(Utf8JsonWriter writer, string name, string text)
        {
            writer.WriteStartObject();
            writer.WriteString("name", name);
            writer.WriteString("text", text);
            writer.WriteEndObject();
        }
    }
}
