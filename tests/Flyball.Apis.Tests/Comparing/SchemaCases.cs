namespace Flyball.Apis.Tests.Comparing;

/// <summary>One change of a schema, seen by whoever sends a value of it and by whoever gets one.</summary>
public sealed class SchemaCases
{
    /// <summary>Old and new schema; what the change is called; and what it means in requests and in answers.</summary>
    public static TheoryData<string, string, string, string, string> All => new()
    {
        { "{ type: string }", "{ type: integer }", "schema.type", "breaking", "breaking" },
        { "{ type: integer }", "{ type: number }", "schema.type", "compatible", "breaking" },
        { "{ type: number }", "{ type: integer }", "schema.type", "breaking", "compatible" },
        { "{ type: string }", "{ type: [string, 'null'] }", "schema.type", "compatible", "breaking" },
        { "{ type: [string, 'null'] }", "{ type: string }", "schema.type", "breaking", "compatible" },
        { "{ type: string }", "{ }", "schema.type", "compatible", "breaking" },
        { "{ type: string }", "{ type: string, format: date }", "schema.format", "breaking", "compatible" },
        { "{ type: string, format: date }", "{ type: string }", "schema.format", "compatible", "breaking" },
        { "{ type: string, format: date }", "{ type: string, format: uuid }", "schema.format", "breaking", "breaking" },
        {
            "{ type: integer, format: int32 }",
            "{ type: integer, format: int64 }",
            "schema.format",
            "compatible",
            "breaking"
        },
        { "{ enum: [a, b] }", "{ enum: [a] }", "schema.enum", "breaking", "compatible" },
        { "{ enum: [a] }", "{ enum: [a, b] }", "schema.enum", "compatible", "breaking" },
        { "{ type: string }", "{ type: string, enum: [a] }", "schema.enum", "breaking", "compatible" },
        { "{ type: string, enum: [a] }", "{ type: string }", "schema.enum", "compatible", "breaking" },
        { "{ const: a }", "{ enum: [a, b] }", "schema.enum", "compatible", "breaking" },
        {
            "{ type: string, maxLength: 10 }",
            "{ type: string, maxLength: 5 }",
            "schema.bound",
            "breaking",
            "compatible"
        },
        {
            "{ type: string, maxLength: 5 }",
            "{ type: string, maxLength: 10 }",
            "schema.bound",
            "compatible",
            "breaking"
        },
        { "{ type: number, minimum: 1 }", "{ type: number, minimum: 1.5 }", "schema.bound", "breaking", "compatible" },
        { "{ type: number, minimum: 1 }", "{ type: number }", "schema.bound", "compatible", "breaking" },
        { "{ type: string }", "{ type: string, pattern: a }", "schema.bound", "breaking", "compatible" },
        { "{ type: string, pattern: a }", "{ type: string }", "schema.bound", "compatible", "breaking" },
        { "{ type: string, pattern: a }", "{ type: string, pattern: b }", "schema.bound", "breaking", "breaking" },
        { "{ type: string, pattern: '1' }", "{ type: string, pattern: '2' }", "schema.bound", "breaking", "breaking" },
        { "{ type: number }", "{ type: number, multipleOf: 2 }", "schema.bound", "breaking", "compatible" },
        { "{ type: number, multipleOf: 2 }", "{ type: number }", "schema.bound", "compatible", "breaking" },
        {
            "{ type: number, multipleOf: 2 }", "{ type: number, multipleOf: 4 }", "schema.bound", "breaking",
            "compatible"
        },
        {
            "{ type: number, multipleOf: 4 }", "{ type: number, multipleOf: 2 }", "schema.bound", "compatible",
            "breaking"
        },
        {
            "{ type: number, multipleOf: 2 }", "{ type: number, multipleOf: 3 }", "schema.bound", "breaking",
            "breaking"
        },
        {
            "{ type: number, multipleOf: 2 }", "{ type: number, multipleOf: 0 }", "schema.bound", "breaking",
            "breaking"
        },
        {
            "{ type: number, multipleOf: 79228162514264337593543950335 }",
            "{ type: number, multipleOf: 0.0000000000000000000000000001 }", "schema.bound", "compatible", "breaking"
        },
        { "{ type: string }", "{ type: string, maxLength: 5 }", "schema.bound", "breaking", "compatible" },
        {
            "{ type: string, minLength: 1 }", "{ type: string, minLength: 2 }", "schema.bound", "breaking",
            "compatible"
        },
        {
            "{ type: string, minLength: 2 }", "{ type: string, minLength: 1 }", "schema.bound", "compatible",
            "breaking"
        },
        { "{ type: array, maxItems: 5 }", "{ type: array, maxItems: 4 }", "schema.bound", "breaking", "compatible" },
        { "{ type: array, minItems: 5 }", "{ type: array, minItems: 4 }", "schema.bound", "compatible", "breaking" },
        { "{ type: array }", "{ type: array, uniqueItems: true }", "schema.bound", "breaking", "compatible" },
        { "{ minProperties: 1 }", "{ minProperties: 2 }", "schema.bound", "breaking", "compatible" },
        { "{ maxProperties: 1 }", "{ maxProperties: 2 }", "schema.bound", "compatible", "breaking" },
        { "{ maximum: 2 }", "{ maximum: 1 }", "schema.bound", "breaking", "compatible" },
        { "{ maximum: 1.7976931348623157e+308 }", "{ maximum: 5 }", "schema.bound", "breaking", "compatible" },
        { "{ maximum: 5 }", "{ maximum: 1.7976931348623157e+308 }", "schema.bound", "compatible", "breaking" },
        { "{ minimum: 1 }", "{ exclusiveMinimum: 1 }", "schema.bound", "breaking", "compatible" },
        { "{ exclusiveMinimum: 1 }", "{ minimum: 1 }", "schema.bound", "compatible", "breaking" },
        { "{ maximum: 1 }", "{ exclusiveMaximum: 1 }", "schema.bound", "breaking", "compatible" },
        { "{ exclusiveMaximum: 1 }", "{ maximum: 1 }", "schema.bound", "compatible", "breaking" },
        { "{ exclusiveMaximum: 2 }", "{ exclusiveMaximum: 1 }", "schema.bound", "breaking", "compatible" },
        { "{ minimum: 1 }", "{ minimum: 1, exclusiveMinimum: true }", "schema.bound", "breaking", "compatible" },
        {
            "{ allOf: [{ minLength: 5 }, { minLength: 3 }] }", "{ minLength: 4 }", "schema.bound", "compatible",
            "breaking"
        },
        { "{ type: object }", "{ type: object, required: [a] }", "property.required", "breaking", "compatible" },
        { "{ type: object, required: [a] }", "{ type: object }", "property.optional", "compatible", "breaking" },
        { "{ type: array }", "{ type: array, items: { type: string } }", "schema.items", "breaking", "compatible" },
        { "{ type: array, items: { type: string } }", "{ type: array }", "schema.items", "compatible", "breaking" },
        {
            "{ type: object }", "{ type: object, additionalProperties: { type: string } }", "schema.additional",
            "breaking", "compatible"
        },
        {
            "{ type: object, properties: { a: { type: string } } }",
            "{ type: object }",
            "property.removed",
            "breaking",
            "breaking"
        },
        {
            "{ type: object }",
            "{ type: object, properties: { a: { } } }",
            "property.added",
            "compatible",
            "compatible"
        },
        {
            "{ type: object }", "{ type: object, required: [a], properties: { a: { } } }", "property.added", "breaking",
            "compatible"
        },
        {
            "{ type: object, properties: { a: { } } }", "{ type: object, required: [a], properties: { a: { } } }",
            "property.required", "breaking", "compatible"
        },
        {
            "{ type: object, required: [a], properties: { a: { } } }", "{ type: object, properties: { a: { } } }",
            "property.optional", "compatible", "breaking"
        },
        {
            "{ type: object }", "{ type: object, additionalProperties: false }", "schema.closed", "breaking",
            "compatible"
        },
        {
            "{ type: array, items: { type: string } }", "{ type: array, items: { type: integer } }", "schema.type",
            "breaking", "breaking"
        },
        {
            "{ type: object, additionalProperties: { type: integer } }",
            "{ type: object, additionalProperties: { type: number } }", "schema.type", "compatible", "breaking"
        },
        {
            "{ oneOf: [{ title: A, type: string }, { title: B, type: integer }] }",
            "{ oneOf: [{ title: A, type: string }] }", "alternative.removed", "breaking", "compatible"
        },
        {
            "{ anyOf: [{ title: A, type: string }] }",
            "{ anyOf: [{ title: A, type: string }, { title: B, type: integer }] }", "alternative.added", "compatible",
            "breaking"
        },
        { "{ type: string, default: a }", "{ type: string, default: b }", "schema.default", "other", "other" },
        { "{ type: string }", "{ type: string, not: { const: a } }", "schema.unjudged", "other", "other" },
        { "{ type: string }", "{ type: string, description: words }", "schema.description", "other", "other" },
        { "{ type: string }", "{ type: string, deprecated: true }", "schema.deprecated", "compatible", "compatible" },
    };

    [Theory]
    [MemberData(nameof(All))]
    public void Compare_OneChange_MeansSomethingElseToWhoSendsAndToWhoGets(
        string before, string after, string code, string inRequests, string inAnswers)
    {
        const string Same = "{ type: boolean }";

        string[] request = Documents.Changes(Documents.Exchange(before, Same), Documents.Exchange(after, Same));
        string[] answer = Documents.Changes(Documents.Exchange(Same, before), Documents.Exchange(Same, after));

        Assert.StartsWith($"{inRequests} {code} ", Assert.Single(request), StringComparison.Ordinal);
        Assert.StartsWith($"{inAnswers} {code} ", Assert.Single(answer), StringComparison.Ordinal);
    }

    /// <summary>Other ways to write the same.</summary>
    [Theory]
    [InlineData("{ type: [string, 'null'] }", "{ oneOf: [{ type: string }, { type: 'null' }] }")]
    [InlineData("{ enum: [1.0] }", "{ enum: [1] }")]
    [InlineData("{ minimum: 1, exclusiveMinimum: true }", "{ exclusiveMinimum: 1 }")]
    [InlineData("{ maximum: 1, exclusiveMaximum: false }", "{ maximum: 1.0 }")]
    [InlineData("{ minLength: 0 }", "{ }")]
    [InlineData("{ allOf: [{ maxLength: 5 }, { maxLength: 10 }] }", "{ maxLength: 5 }")]
    [InlineData("{ type: array, items: { } }", "{ type: array, items: true }")]
    [InlineData("{ type: object, additionalProperties: { } }", "{ type: object, additionalProperties: true }")]
    [InlineData("{ const: 1 }", "{ enum: [1] }")]
    [InlineData(
        "{ type: object, required: [a], properties: { a: { } } }",
        "{ allOf: [{ type: object, properties: { a: { } } }, { required: [a] }] }")]
    [InlineData("{ oneOf: [{ title: A }, { title: B }] }", "{ oneOf: [{ title: B }, { title: A }] }")]
    public void Compare_SameInOtherWords_IsNoChange(string one, string other)
    {
        Assert.Empty(Documents.Changes(Documents.Exchange(one, one), Documents.Exchange(other, other)));
        Assert.Empty(Documents.Changes(Documents.Exchange(other, other), Documents.Exchange(one, one)));
    }

    [Fact]
    public void Compare_ReadOnlyAndWriteOnly_CountOnlyWhereTheyAreSent()
    {
        const string Plain = "{ type: object, properties: { a: { type: string } } }";
        const string More = "{ type: object, required: [id, secret], properties: { a: { type: string }, "
            + "id: { type: string, readOnly: true }, secret: { type: string, writeOnly: true } } }";

        string[] changes = Documents.Changes(Documents.Exchange(Plain, Plain), Documents.Exchange(More, More));

        Assert.Equal(
            [
                "breaking property.added new#/paths/~1orders/post/requestBody/content/application~1json/schema"
                + "/properties/secret",
                "compatible property.added new#/paths/~1orders/post/responses/200/content/application~1json"
                + "/schema/properties/id",
            ],
            changes);
    }
}
