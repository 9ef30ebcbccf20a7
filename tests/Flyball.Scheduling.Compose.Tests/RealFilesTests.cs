namespace Flyball.Scheduling.Compose.Tests;

public sealed class RealFilesTests
{
    public static TheoryData<string> Cases =>
        [
            .. Directory.EnumerateDirectories(Path.Combine(Golden.SourceDirectory(), "Files"))
                .Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal),
        ];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Compile_RealFile_GivesTheGolden(string name)
    {
        ComposeResult result = ComposeCompiler.Compile(ComposeCase.Load(name));

        Assert.Equal([], result.Errors);
        Golden.Check(Path.Combine(Golden.SourceDirectory(), "Goldens", name + ".json"), ResultText.Of(result));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Compile_Twice_GivesEqualBytes(string name)
    {
        string first = ResultText.Of(ComposeCompiler.Compile(ComposeCase.Load(name)));

        Assert.Equal(first, ResultText.Of(ComposeCompiler.Compile(ComposeCase.Load(name))));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Compile_InspectingWithoutAttachments_NamesExactlyWhatItNeeds(string name)
    {
        ComposeInput whole = ComposeCase.Load(name);
        ComposeInput bare = whole with { Inspecting = true, Contexts = new Dictionary<string, string>() };

        // What a client does: ask, send what is named, ask again until nothing new is named.
        Dictionary<string, byte[]> sent = [];
        for (int round = 0; round < 5; round++)
        {
            foreach (ComposeNeed need in ComposeCompiler.Compile(bare with { Attachments = sent }).Needs)
            {
                string file = Path.GetRelativePath(whole.ProjectDirectory, need.Path);
                if (whole.Attachments.TryGetValue(file, out byte[]? content)) sent[need.Path] = content;
            }
        }

        ComposeResult result = ComposeCompiler.Compile(whole with { Attachments = sent });
        Assert.Equal(ResultText.Of(ComposeCompiler.Compile(whole)), ResultText.Of(result));
    }
}
