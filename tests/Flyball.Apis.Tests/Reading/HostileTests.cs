using System.Globalization;
using System.Text;
using CsCheck;
using Flyball.Apis.Comparing;
using Flyball.Apis.Describing;

namespace Flyball.Apis.Tests.Reading;

/// <summary>Documents that are made to hang, to crash or to fill the memory of whoever reads them.</summary>
public sealed class HostileTests
{
    [Fact]
    public void Read_LongChainOfReferences_IsRefusedAtOnce()
    {
        string schemas = Lines(9_000, i => $"A{i}: {{ $ref: '#/components/schemas/A{i + 1}' }}")
            + "\nA9000: { type: string }";

        Assert.Contains(
            "leads round in a circle, or over more than 32",
            Documents.FaultsOf(Documents.Yaml("/a: { }", schemas))[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x: ")]
    [InlineData("{\"x\": ")]
    public void Read_DeepNesting_IsRefused(string begin)
    {
        string text = begin + new string('[', 100_000);

        Assert.Single(Documents.FaultsOf(text));
    }

    [Fact]
    public void Read_AliasesOfAliases_AreCountedAsIfWrittenOut()
    {
        string text = "x0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + Lines(11, i =>
            $"x{i + 1}: &a{i + 1} [{string.Join(", ", Enumerable.Repeat($"*a{i}", 10))}]");

        Assert.Contains("with aliases written out", Documents.FaultsOf(text)[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MoreThanTheBound_NamesTheBound()
    {
        string text = Documents.Yaml(Lines(5_001, i => $"/p{i}: {{ get: {{ responses: {{ }} }} }}"));

        Assert.Contains("more than 5000 operations", Documents.FaultsOf(text)[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_SchemasThatAllReferToAllOthers_Ends()
    {
        const int Count = 120;
        string all = string.Join(
            ", ", Enumerable.Range(0, Count).Select(j => $"p{j}: {{ $ref: '#/components/schemas/S{j}' }}"));
        string Doc(string type) => Documents.Exchange(
            "{ }", "{ $ref: '#/components/schemas/S0' }",
            Lines(Count, i => $"S{i}: {{ type: object, properties: {{ own: {{ type: {type} }}, {all} }} }}"));

        ApiComparison comparison = Documents.Compare(Doc("string"), Doc("integer"));

        Assert.Equal(Count, comparison.Breaking);
        Assert.False(comparison.IsCut);
    }

    [Fact]
    public void Compare_AllOfThatGrowsExponentially_Ends()
    {
        const string Root = "{ $ref: '#/components/schemas/S0' }";
        static string Reference(int i) =>
            string.Create(CultureInfo.InvariantCulture, $"{{ $ref: '#/components/schemas/S{i}' }}");
        string schemas = Lines(30, i => string.Create(
                CultureInfo.InvariantCulture, $"S{i}: {{ allOf: [{Reference(i + 1)}, {Reference(i + 1)}] }}"))
            + "\nS30: { type: object }";

        ApiComparison comparison = Documents.Compare(
            Documents.Exchange(Root, "{ type: string }", schemas),
            Documents.Exchange(Root, "{ type: integer }", schemas));

        Assert.Equal(1, comparison.Breaking);
    }

    [Fact]
    public void Read_RandomDamage_NeverThrows()
    {
        byte[][] seeds =
        [
            Encoding.UTF8.GetBytes(Documents.File("shop-1.yaml")),
            Encoding.UTF8.GetBytes("""
                {"openapi":"3.0.0","info":{"title":"t","version":"1"},"paths":{"/a":{"get":{"parameters":
                [{"name":"q","in":"query","schema":{"$ref":"#/components/schemas/A"}}],"responses":{"200":
                {"description":"d"}}}}},"components":{"schemas":{"A":{"type":"object","allOf":[{"type":"object"}]}}}}
                """),
        ];
        (from seed in Gen.OneOf(seeds)
         from damage in Gen.Select(Gen.Int[0, seed.Length - 1], Gen.Byte).Array[1, 12]
         select (seed, damage)).Sample(
            one =>
            {
                byte[] bytes = [.. one.seed];
                foreach ((int at, byte value) in one.damage) bytes[at] = value;
                (ApiDescription? api, _) = ApiReading.Read(bytes);
                if (api is not null) ApiComparer.Compare(api, api);
            },
            iter: 1_500);
    }

    private static string Lines(int count, Func<int, string> line) =>
        string.Join('\n', Enumerable.Range(0, count).Select(line));
}
