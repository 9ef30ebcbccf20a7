using System.Text;

namespace Flyball.Metrics.Rules.Templating;

/// <summary>One expansion of a template.</summary>
internal sealed class TemplateRun
{
    /// <summary>Characters of the result; a loop over a large vector is cut off here.</summary>
    private const int LengthMax = 1 << 20;

    /// <summary>Templates that include each other.</summary>
    private const int DepthMax = 50;

    private readonly StringBuilder output = new();
    private readonly Dictionary<string, IReadOnlyList<TemplateNode>> defined;
    private readonly TemplateFunctions functions;
    private readonly List<(string Name, object? Value)> variables = [];
    private object? dot;
    private int depth;

    public TemplateRun(
        TemplateScope scope, Dictionary<string, IReadOnlyList<TemplateNode>> defined, IEnumerable<string> given)
    {
        this.defined = defined;
        functions = new TemplateFunctions(scope);
        dot = scope;
        variables.Add(("", scope));
        foreach (string name in given) variables.Add((name, TemplateValues.Field(scope, Capital(name))));
    }

    /// <summary>How a body ended.</summary>
    private enum Ending
    {
        Through,
        Continue,
        Break,
    }

    /// <exception cref="TemplateException">A function fails, or a field does not exist.</exception>
    public string Execute(IReadOnlyList<TemplateNode> nodes)
    {
        Run(nodes);
        return output.ToString();
    }

    private static string Capital(string name) => char.ToUpperInvariant(name[0]) + name[1..];

    private Ending Run(IReadOnlyList<TemplateNode> nodes)
    {
        int scope = variables.Count;
        foreach (TemplateNode node in nodes)
        {
            Ending ending = Run(node);
            if (output.Length > LengthMax) throw new TemplateException($"longer than {LengthMax} characters");
            if (ending == Ending.Through) continue;
            variables.RemoveRange(scope, variables.Count - scope);
            return ending;
        }

        variables.RemoveRange(scope, variables.Count - scope);
        return Ending.Through;
    }

    private Ending Run(TemplateNode node)
    {
        switch (node)
        {
            case TextNode text:
                output.Append(text.Text);
                return Ending.Through;
            case ValueNode { Variable: null } value:
                output.Append(TemplateValues.Print(Evaluate(value.Pipeline)));
                return Ending.Through;
            case ValueNode value:
                Assign(value.Variable, Evaluate(value.Pipeline), value.Declares);
                return Ending.Through;
            case ConditionNode condition:
                return RunCondition(condition);
            case RangeNode range:
                return RunRange(range);
            case IncludeNode include:
                Include(include);
                return Ending.Through;
            default:
                return ((LeaveNode)node).EndsLoop ? Ending.Break : Ending.Continue;
        }
    }

    private Ending RunCondition(ConditionNode node)
    {
        int scope = variables.Count;
        object? outer = dot;
        object? value = Evaluate(node.Condition);
        if (node.Variable is { } variable) variables.Add((variable, value));
        bool isTrue = TemplateValues.IsTrue(value);
        if (isTrue && node.SetsDot) dot = value;
        Ending ending = Run(isTrue ? node.Then : node.Else);
        dot = outer;
        variables.RemoveRange(scope, variables.Count - scope);
        return ending;
    }

    private Ending RunRange(RangeNode node)
    {
        object? outer = dot;
        int scope = variables.Count;
        bool isEmpty = true;
        foreach ((object? key, object? item) in TemplateValues.Items(Evaluate(node.Items)))
        {
            isEmpty = false;
            if (node.Key is { } keyName) variables.Add((keyName, key));
            if (node.Item is { } itemName) variables.Add((itemName, item));
            dot = item;
            Ending ending = Run(node.Body);
            variables.RemoveRange(scope, variables.Count - scope);
            if (ending == Ending.Break) break;
        }

        dot = outer;
        return isEmpty ? Run(node.Else) : Ending.Through;
    }

    private void Include(IncludeNode node)
    {
        if (!defined.TryGetValue(node.Name, out IReadOnlyList<TemplateNode>? body))
            throw new TemplateException($"template \"{node.Name}\" not defined");
        if (++depth > DepthMax) throw new TemplateException($"templates include each other more than {DepthMax} deep");
        object? outer = dot;
        dot = node.Dot is null ? null : Evaluate(node.Dot);
        (string Name, object? Value)[] hidden = [.. variables];
        variables.Clear();
        variables.Add(("", dot));
        Run(body);
        variables.Clear();
        variables.AddRange(hidden);
        dot = outer;
        depth--;
    }

    private void Assign(string name, object? value, bool declares)
    {
        int index = declares ? -1 : variables.FindLastIndex(variable => variable.Name == name);
        if (!declares && index < 0) throw new TemplateException($"undefined variable \"${name}\"");
        if (index < 0) variables.Add((name, value));
        else variables[index] = (name, value);
    }

    private object? Evaluate(Pipeline pipeline)
    {
        object? value = null;
        for (int index = 0; index < pipeline.Commands.Count; index++)
            value = Evaluate(pipeline.Commands[index], index > 0, value);
        return value;
    }

    private object? Evaluate(Command command, bool hasInput, object? input)
    {
        Operand first = command.Operands[0];
        if (first.Kind == OperandKind.Function)
        {
            var arguments = new List<object?>();
            foreach (Operand operand in command.Operands.Skip(1)) arguments.Add(Evaluate(operand));
            if (hasInput) arguments.Add(input);
            return functions.Call((string)first.Value!, arguments);
        }

        if (command.Operands.Count > 1 || hasInput) throw new TemplateException("can't give argument to non-function");
        return Evaluate(first);
    }

    private object? Evaluate(Operand operand)
    {
        object? value = operand.Kind switch
        {
            OperandKind.Dot => dot,
            OperandKind.Variable => Variable((string)operand.Value!),
            OperandKind.Nested => Evaluate((Pipeline)operand.Value!),
            OperandKind.Function => functions.Call((string)operand.Value!, []),
            _ => operand.Value,
        };
        foreach (string field in operand.Fields) value = TemplateValues.Field(value, field);
        return value;
    }

    private object? Variable(string name)
    {
        int index = variables.FindLastIndex(variable => variable.Name == name);
        return index >= 0 ? variables[index].Value : throw new TemplateException($"undefined variable \"${name}\"");
    }
}
