using Flyball.Apis.Api;
using Flyball.Apis.Describing;
using Flyball.Apis.Pages;
using Flyball.Apis.Usage;

namespace Flyball.Apis.Tests.Pages;

public sealed class SchemaTreeTests
{
    private const int PageLengthMax = 9 << 20;

    /// <summary>Each place refers eight times to the next: two million at the end of seven.</summary>
    private static readonly string Exploding = Documents.Yaml(
        "/a: { get: { parameters: [{ name: q, in: query, schema: { $ref: '#/x1' } }], responses: { } } }",
        "A: { properties: { a: { $ref: '#/x1' } } }",
        more: string.Join('\n', Enumerable.Range(1, 7).Select(level =>
            $"x{level}: {{ properties: {{ {Eight(level)} }} }}")) + "\nx8: { type: string }");

    [Fact]
    public void Use_PlacesThatReferToOthersAgainAndAgain_EndsWhereThePageIsFull()
    {
        ApiDescription api = Documents.Read(Exploding);
        var page = new Html();

        new SchemaTree(page, api).Use(api.Operations[0].Parameters[0].Schema);

        Assert.InRange(page.ToString().Length, 8 << 20, PageLengthMax);
    }

    [Fact]
    public void Page_ThatIsFull_SaysOnceThatItEnds()
    {
        var version = new VersionRow(1, "", "t", "1", "", 1, 1, 1, "d", null, DateTimeOffset.UnixEpoch);
        var row = new ApiRow("web", null, version, [version], null);

        string page = ApiPage.Of(
            row, version, Documents.Read(Exploding), new ApiReach([], new UsageAnswer(default, default, [], null)));

        Assert.InRange(page.Length, 8 << 20, PageLengthMax);
        Assert.Equal(2, page.Split("The page ends here").Length);
        Assert.EndsWith("</html>", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("oneOf")]
    [InlineData("anyOf")]
    public void Use_ManyAlternatives_ShowsSomeAndTheNumberOfTheOthers(string keyword)
    {
        string all = string.Join(", ", Enumerable.Range(0, 60).Select(i => $"{{ type: t{i} }}"));
        ApiDescription api = Documents.Read(Documents.Yaml("/a: { }", $"A: {{ {keyword}: [{all}] }}"));
        var page = new Html();

        new SchemaTree(page, api).Use(api.Schemas["A"]);

        Assert.Contains("t49", page.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("t50", page.ToString(), StringComparison.Ordinal);
        Assert.Contains("… and 10 more", page.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Page_LongTexts_AreCutWhereItIsFull()
    {
        var page = new Html();
        string text = new('a', 5 << 20);

        for (int i = 0; i < 5; i++) page.Add($"<p>{text}</p>");

        Assert.InRange(page.ToString().Length, 8 << 20, PageLengthMax);
    }

    [Fact]
    public void Page_ThatGrows_IsNotCopiedWithEachText()
    {
        const string Text = "short";
        var page = new Html();
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int i = 0; i < 20_000; i++) page.Add($"<p>{Text}</p>");

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(allocated, 1, 10 * sizeof(char) * page.ToString().Length);
    }

    [Fact]
    public void Diff_ManyChangesThatConcernLongPaths_EndsWhereThePageIsFull()
    {
        string[] operations = [.. Enumerable.Range(0, 20).Select(i => $"GET /{i}" + new string('p', 4_000))];
        var change = new ChangeRow("breaking", "code", "message", "#", "new", 1, operations, 20);
        var version = new VersionRow(1, "", "t", "1", "", 1, 1, 1, "d", null, DateTimeOffset.UnixEpoch);

        string page = DiffPage.Of(
            new ApiRow("web", null, version, [version], null), 1, 1,
            new DiffAnswer("a", "b", 2_000, 0, 0, false, [.. Enumerable.Repeat(change, 2_000)]));

        Assert.InRange(page.Length, 8 << 20, PageLengthMax);
        Assert.Contains("The page ends here", page, StringComparison.Ordinal);
    }

    private static string Eight(int level) =>
        string.Join(", ", Enumerable.Range(0, 8).Select(i => $"p{i}: {{ $ref: '#/x{level + 1}' }}"));
}
