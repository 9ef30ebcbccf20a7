using System.Text;
using CsCheck;

namespace Flyball.Scheduling.Compose.Tests;

/// <summary>Whatever the bytes, the compiler ends with a result or with errors; it never throws.</summary>
public sealed class FuzzTests
{
    private static readonly string[] Seeds =
    [
        .. Directory.EnumerateFiles(
            Path.Combine(Golden.SourceDirectory(), "Files"), "*compose*.y*ml", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).Select(File.ReadAllText),
    ];

    private static readonly string[] Tokens =
    [
        "&a ", "*a", "<<: *a", "!reset ", "!override ", "!!str ", "? ", "- ", ": ", "{", "}", "[", "]", "'", "\"",
        "|\n", ">\n", "\t", "\0", "#", "---\n", "...\n",
        "%YAML 1.2\n", "null", "~", "${A:-", "}", "$", "services:", "extends:", "profiles:", "x-route:", "-1",
        "99999999999999999999", "1e9", "\u00e9", "\ud83d", "\uFEFF",
    ];

    [Fact]
    public void Compile_RandomBytes_Ends() =>
        Gen.Byte.Array[0, 400].Sample(bytes => Check(Encoding.Latin1.GetString(bytes)), iter: 3_000);

    [Fact]
    public void Compile_RandomTokens_Ends() =>
        Gen.OneOf(Tokens).Array[0, 60].Sample(tokens => Check(string.Concat(tokens)), iter: 5_000);

    [Fact]
    public void Compile_MutatedRealFile_Ends() =>
        Gen.Select(Gen.OneOf(Seeds), Gen.Select(Gen.Int[0, 1_000_000], Gen.Int[0, 5], Gen.OneOf(Tokens)).Array[1, 8])
            .Sample((seed, edits) => Check(edits.Aggregate(seed, Edit)), iter: 3_000);

    [Fact]
    public void Compile_PrefixOfRealFile_Ends()
    {
        foreach (string seed in Seeds)
            for (int length = 0; length < seed.Length; length += 7) Check(seed[..length]);
    }

    [Fact]
    public void Compile_MutatedPair_Ends() =>
        Gen.Select(Gen.OneOf(Seeds), Gen.OneOf(Seeds), Gen.Int[0, 1_000_000], Gen.OneOf(Tokens))
            .Sample((one, two, at, token) => Check(one, Edit(two, (at, 1, token))), iter: 1_500);

    private static string Edit(string text, (int At, int Kind, string Token) edit)
    {
        if (text.Length == 0) return edit.Token;
        int at = edit.At % text.Length;
        string[] lines = text.Split('\n');
        int line = edit.At % lines.Length;
        return edit.Kind switch
        {
            0 => text.Remove(at, 1),
            1 => text.Insert(at, edit.Token),
            2 => string.Join('\n', lines.Where((_, i) => i != line)),
            3 => string.Join('\n', lines.Take(line + 1).Concat(lines.Skip(line))),
            4 => string.Join('\n', lines.Select((l, i) => i == line ? "  " + l : l)),
            _ => text[..at] + (char)(text[at] ^ (1 << (edit.At % 7))) + text[(at + 1)..],
        };
    }

    private static bool Check(params string[] files)
    {
        ComposeResult result = ComposeCompiler.Compile(Yml.Input(files) with { Inspecting = true, Profiles = ["*"] });
        // Every result is one or the other, and can be written out.
        return result.Succeeded
            ? result.Workloads.Count > 0 && ResultText.Of(result).Length > 0
            : result.Workloads.Count == 0;
    }
}
