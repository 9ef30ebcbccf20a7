using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Flyball.House.Tests;

/// <summary>The public top-level types of a source file.</summary>
internal static class PublicTypes
{
    public static IEnumerable<string> In(string file) => Declarations(file).Select(type => type.Identifier.Text);

    public static IEnumerable<string> WithoutSummary(string file) =>
        Declarations(file)
            .Where(type => !type.Modifiers.Any(SyntaxKind.PartialKeyword) || type.HasLeadingTrivia)
            .Where(type => !type.GetLeadingTrivia().ToFullString().Contains("///", StringComparison.Ordinal))
            .Select(type => $"{file}: {type.Identifier.Text}");

    private static IEnumerable<BaseTypeDeclarationSyntax> Declarations(string file) =>
        CSharpSyntaxTree.ParseText(Repository.Read(file)).GetRoot()
            .DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
            .OfType<BaseTypeDeclarationSyntax>()
            .Where(type => type.Modifiers.Any(SyntaxKind.PublicKeyword));
}
