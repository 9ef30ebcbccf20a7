using System.Text;
using Flyball.Apis.Comparing;

namespace Flyball.Apis.Tests.Comparing;

/// <summary>
/// Two versions of an API as people write it. The golden is rewritten with <c>FLYBALL_UPDATE_GOLDENS=1</c>.
/// </summary>
public sealed class RealDocumentTests
{
    [Fact]
    public void Compare_Shop_TellsWhatTheGoldenTells()
    {
        ApiComparison comparison = Documents.Compare(Documents.File("shop-1.yaml"), Documents.File("shop-2.yaml"));

        var text = new StringBuilder();
        foreach (ApiChange change in comparison.Changes)
            text.Append($"{change.Severity} {change.Code}: {change.Message}\n")
                .Append($"    {(change.IsInOld ? "old" : "new")}:{change.Line} #{change.Pointer}\n")
                .Append($"    {string.Join(", ", change.Operations)}\n");
        string path = Documents.PathOf("shop-diff.txt");
        if (Environment.GetEnvironmentVariable("FLYBALL_UPDATE_GOLDENS") == "1")
            File.WriteAllText(path, text.ToString());
        Assert.Equal(File.ReadAllText(path), text.ToString());
    }

    [Fact]
    public void Compare_Swagger2WithItsTranslation_IsTheSameApi()
    {
        const string Old = """
            swagger: "2.0"
            info: { title: Pets, version: "1" }
            basePath: /v1
            consumes: [application/json]
            produces: [application/json]
            paths:
              /pets:
                post:
                  parameters:
                    - { name: verbose, in: query, type: boolean }
                    - { name: pet, in: body, required: true, schema: { $ref: '#/definitions/Pet' } }
                  responses: { "200": { description: ok, schema: { $ref: '#/definitions/Pet' } } }
            definitions:
              Pet: { type: object, required: [name], properties: { name: { type: string } } }
            """;
        const string New = """
            openapi: 3.0.3
            info: { title: Pets, version: "1" }
            servers: [{ url: /v1 }]
            paths:
              /pets:
                post:
                  parameters: [{ name: verbose, in: query, schema: { type: boolean } }]
                  requestBody:
                    required: true
                    content: { application/json: { schema: { $ref: '#/components/schemas/Pet' } } }
                  responses:
                    "200":
                      description: ok
                      content: { application/json: { schema: { $ref: '#/components/schemas/Pet' } } }
            components:
              schemas:
                Pet: { type: object, required: [name], properties: { name: { type: string } } }
            """;

        Assert.Equal(["other info.specification new#"], Documents.Changes(Old, New));
    }

    [Fact]
    public void Compare_Swagger2Form_ComparesItsFields()
    {
        static string Doc(string fields) => $$"""
            { "swagger": "2.0", "info": { "title": "Forms", "version": "1" }, "paths": { "/f": { "post": {
              "parameters": [{{fields}}], "responses": { "200": { "description": "ok" } } } } } }
            """;

        string[] changes = Documents.Changes(
            Doc("""{ "name": "a", "in": "formData", "type": "string" }"""),
            Doc("""
                { "name": "a", "in": "formData", "type": "integer" },
                { "name": "b", "in": "formData", "type": "string", "required": true }
                """));

        Assert.Equal(
            [
                "breaking body.required new#/paths/~1f/post",
                "breaking schema.type new#/paths/~1f/post/parameters/properties/a",
                "breaking property.added new#/paths/~1f/post/parameters/properties/b",
            ],
            changes);
    }
}
