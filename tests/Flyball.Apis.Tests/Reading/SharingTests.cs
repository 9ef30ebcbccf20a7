using System.Text;
using Flyball.Apis.Describing;

namespace Flyball.Apis.Tests.Reading;

/// <summary>
/// Small documents that would be large when everything in them were written out: what stands once is kept once, or
/// refused.
/// </summary>
public sealed class SharingTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_ManyValuesBelowALongKey_KeepsTheKeyOnce(bool isJson)
    {
        const int Count = 20_000;
        const long EagerBytes = 2L * 4_000 * Count;
        string name = new('k', 4_000);
        string text = isJson
            ? $$"""
              {"openapi":"3.1.0","info":{"title":"t","version":"1"},"components":{"schemas":{"A":{"properties":{
              "{{name}}":{"properties":{{{Many(Count, ",", i => $"\"p{i}\":true")}}} } } } } } }
              """
            : "openapi: 3.1.0\ninfo: { title: t, version: '1' }\ncomponents:\n  schemas:\n    A:\n      properties:\n"
                + $"        ? {name}\n        : properties:\n" + Many(Count, "", i => $"            p{i}: true\n");
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        long before = GC.GetAllocatedBytesForCurrentThread();

        (ApiDescription? api, _) = ApiReading.Read(bytes);

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.NotNull(api);
        Assert.True(allocated < EagerBytes, $"{allocated} bytes");
    }

    [Theory]
    [InlineData("")]
    [InlineData("x: ")]
    public void Read_PlaceThatIsTooLongToName_IsRefused(string begin)
    {
        string name = new('k', 500);
        string text = begin + string.Concat(Enumerable.Repeat($"{{ \"{name}\": ", 9)) + "1" + new string('}', 9);

        string fault = Assert.Single(Documents.FaultsOf(text));

        Assert.EndsWith("a pointer to a value below is longer than 4096 letters", fault, StringComparison.Ordinal);
        Assert.True(fault.Length < 5_000);
    }

    [Fact]
    public void Read_LongTextUnderManyAliases_IsCounted()
    {
        string text = $"x: &a {new string('a', 100_000)}\ny: [{Many(1_000, ", ", _ => "*a")}]";

        Assert.Contains("with aliases written out", Documents.FaultsOf(text)[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Read_PathsThatShareManyParameters_AreRefused()
    {
        string text = Documents.Yaml(
            $"/a: {{ get: {{ }}, parameters: [{Many(1_000, ", ", i => $"{{ name: p{i}, in: query }}")}] }}\n"
            + Many(600, "\n", i => $"/p{i}: {{ $ref: '#/paths/~1a' }}"));

        Assert.Contains("more than 500000 parameters", Documents.FaultsOf(text)[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ParameterWithALongName_IsRefused()
    {
        string text = Documents.Yaml(
            $"/a: {{ get: {{ parameters: [{{ name: {new string('n', 5_000)}, in: query }}] }} }}");

        Assert.Contains("'name' is longer than 4096 letters", Documents.FaultsOf(text)[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ManyWaysIn_AreRefused()
    {
        string text = Documents.Yaml(
            "/a: { get: { } }", more: $"security: [{Many(300, ", ", i => $"{{ s{i}: [] }}")}]");

        Assert.Contains("more than 500 alternatives", Documents.FaultsOf(text)[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#/x/+1")]
    [InlineData("#/x/01")]
    [InlineData("#/x/ 1")]
    public void Read_IndexInAnotherSpelling_LeadsToNothing(string reference)
    {
        string text = Documents.Yaml("/a: { }", $"A: {{ $ref: '{reference}' }}", more: "x: [{ }, { }]");

        Assert.Contains("leads to nothing", Assert.Single(Documents.FaultsOf(text)), StringComparison.Ordinal);
    }

    private static string Many(int count, string between, Func<int, string> one) =>
        string.Join(between, Enumerable.Range(0, count).Select(one));
}
