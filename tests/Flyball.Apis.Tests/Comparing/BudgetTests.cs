using Flyball.Apis.Comparing;
using Flyball.Apis.Describing;

namespace Flyball.Apis.Tests.Comparing;

/// <summary>Comparisons that would take for ever, or all memory: they are cut, and say so.</summary>
public sealed class BudgetTests
{
    /// <summary>Alternatives with names cost no further comparison, so only they themselves are counted.</summary>
    [Fact]
    public void Compare_ManyPlacesWithManyAlternatives_IsCut()
    {
        string all = Many(3_000, ", ", i => $"{{ $ref: '#/components/schemas/S{i}' }}");
        string text = Around(400, $"{{ anyOf: [{all}] }}", Many(3_000, "\n", i => $"S{i}: {{ type: string }}"));

        Assert.True(Documents.Compare(text, text).IsCut);
    }

    [Fact]
    public void Compare_ManyPlacesWithManyValues_IsCut()
    {
        string text = Around(600, $"{{ enum: [{Many(2_000, ", ", i => $"v{i}")}] }}");

        Assert.True(Documents.Compare(text, text).IsCut);
    }

    [Fact]
    public void Compare_FewPlacesWithFewAlternatives_IsNotCut()
    {
        string text = Around(40, $"{{ anyOf: [{Many(30, ", ", i => $"{{ title: T{i} }}")}] }}");

        Assert.False(Documents.Compare(text, text).IsCut);
    }

    [Fact]
    public void Compare_ManyOperationsThatReachManySchemas_IsCut()
    {
        string all = Many(100, ", ", i => $"p{i}: {{ $ref: '#/components/schemas/S{i}' }}");
        string text = Documents.Yaml(
            Many(600, "\n", i => $"/p{i}: {{ get: {{ responses: {{ '200': {{ description: ok, content: "
                + "{ application/json: { schema: { $ref: '#/components/schemas/S0' } } } } } } }"),
            Many(100, "\n", i => $"S{i}: {{ properties: {{ {all} }} }}"));

        Assert.True(Documents.Compare(text, text).IsCut);
    }

    [Fact]
    public void Read_LargeSchemaInManyOthers_IsNotCopiedForEver()
    {
        const int Count = 600;
        ApiDescription api = Documents.Read(Documents.Yaml(
            "/a: { }",
            $"Large: {{ properties: {{ {Many(2_000, ", ", i => $"p{i}: {{ }}")} }} }}\n"
            + Many(Count, "\n", i => $"S{i}: {{ allOf: [{{ $ref: '#/components/schemas/Large' }}] }}")));
        var reader = new ShapeReader(api);

        SchemaShape[] shapes = [.. api.Schemas.Values.Select(reader.Read)];

        Assert.InRange(shapes.Sum(shape => shape.Properties.Count), 2_000, 1_000_000);
    }

    [Fact]
    public void Compare_LongTexts_TellsTheirBeginning()
    {
        static string Doc(string end) => Documents.Exchange(
            $"{{ pattern: '{new string('x', 50_000)}{end}' }}", $"{{ enum: ['{new string('y', 50_000)}{end}'] }}");

        ApiComparison comparison = Documents.Compare(Doc("1"), Doc("12"));

        Assert.Equal(3, comparison.Changes.Count);
        Assert.All(comparison.Changes, change => Assert.InRange(change.Message.Length, 1, 1_001));
    }

    [Fact]
    public void Compare_NamesThatGoDownAndDown_AreToldByTheirEnd()
    {
        static string Doc(string type) => Documents.Exchange(
            Nested(40, $"{{ type: {type} }}"), "{ type: string }");
        static string Nested(int depth, string inner) => depth == 0 ? inner
            : $"{{ properties: {{ a-property-with-a-long-name-{depth}: {Nested(depth - 1, inner)} }} }}";

        string message = Assert.Single(Documents.Compare(Doc("string"), Doc("integer")).Changes).Message;

        Assert.Contains("a-property-with-a-long-name-1 of the body", message, StringComparison.Ordinal);
        Assert.InRange(message.Length, 300, 500);
    }

    /// <summary>An object whose properties all refer to one place without a name.</summary>
    private static string Around(int count, string shared, string schemas = "")
    {
        string root = $"Root: {{ properties: {{ {Many(count, ", ", i => $"p{i}: {{ $ref: '#/x-shared' }}")} }} }}";
        return Documents.Yaml(
            """
            /a:
              get:
                responses:
                  '200':
                    description: ok
                    content: { application/json: { schema: { $ref: '#/components/schemas/Root' } } }
            """, $"{root}\n{schemas}", more: $"x-shared: {shared}");
    }

    private static string Many(int count, string between, Func<int, string> one) =>
        string.Join(between, Enumerable.Range(0, count).Select(one));
}
