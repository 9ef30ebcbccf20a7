namespace Flyball.Metrics.PromQl.Syntax;

/// <summary>The two names of a type: in the HTTP API, and in the documentation and error messages.</summary>
internal static class ExprTypes
{
    public static string ApiName(this ExprType type) => type switch
    {
        ExprType.Scalar => "scalar",
        ExprType.Vector => "vector",
        ExprType.Matrix => "matrix",
        ExprType.String => "string",
        _ => "none",
    };

    public static string DocumentedName(this ExprType type) => type switch
    {
        ExprType.Vector => "instant vector",
        ExprType.Matrix => "range vector",
        _ => type.ApiName(),
    };
}
