using System.Text;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Projects;

/// <summary>The files that came with the manifest, by absolute path, and the record of what was asked for.</summary>
internal sealed class Attachments
{
    private static readonly UTF8Encoding Strict = new(
        encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Dictionary<string, byte[]> _byPath = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, ComposeNeed> _needs = new(StringComparer.Ordinal);

    public Attachments(string directory, IReadOnlyDictionary<string, byte[]> byPath)
    {
        foreach ((string path, byte[] content) in byPath) _byPath[LexicalPath.Resolve(directory, path)] = content;
    }

    /// <summary>Everything asked for so far, by path.</summary>
    public IReadOnlyList<ComposeNeed> Needs => [.. _needs.Values];

    public byte[]? Find(string absolutePath, ComposeNeedKind kind, bool required)
    {
        _needs.TryGetValue(absolutePath, out ComposeNeed? earlier);
        _needs[absolutePath] = new ComposeNeed(
            absolutePath, earlier?.Kind ?? kind, required || earlier?.Required == true);
        return _byPath.GetValueOrDefault(absolutePath);
    }

    /// <returns>The content as text; null when it is not UTF-8.</returns>
    public static string? TextOf(byte[] content)
    {
        try
        {
            return Strict.GetString(content);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
